// The intake page at a counter: reads cards, puts scanned pages into the right material, saves what is typed.
// Without this script everything is typed and chosen by hand; the page itself decides nothing less.
"use strict";

(() => {
  const form = () => document.getElementById("intake");
  const say = (text) => { const place = document.getElementById("device-says"); if (place) place.textContent = text; };
  const named = (name) => form().elements.namedItem(name);
  let pages = 0;
  let saving = 0;

  const ask = async (address, nothing) => {
    const answer = await fetch(address, { headers: { Accept: "application/json, image/*" }, cache: "no-store" });
    if (answer.status === 404) throw new Error(nothing);
    if (!answer.ok) throw new Error("设备没有应答，请检查连接，或者手工填写。");
    return answer;
  };
  const told = (error) => say(error instanceof TypeError ? "设备没有应答，请检查连接，或者手工填写。" : error.message);

  const readCard = async (prefix) => {
    const chosen = document.getElementById("simulated-card");
    const address = form().dataset.cardReader + (chosen ? `?card=${encodeURIComponent(chosen.value)}` : "");
    const card = await (await ask(address, "读卡器上没有证件，请放好身份证再读。")).json();
    named(`${prefix}name`).value = card.name;
    named(`${prefix}number`).value = card.number;
    if (!prefix) {
      named("card_address").value = card.address || "";
      form().querySelector('[name=kind][value="person"]').checked = true;
    }
    say(`已读取${card.name}的身份证，请核对是不是本人。`);
    form().querySelector('[name=go][value="refresh"]').click(); // the server carries it into the form
  };

  const rowForPage = () => {
    const rows = [...form().querySelectorAll("tr[data-material]")];
    const current = document.activeElement && document.activeElement.closest("tr[data-material]");
    return current || rows.find((row) => !row.querySelector("input[type=file]").files.length);
  };

  const scan = async () => {
    const row = rowForPage();
    if (!row) { say("每项材料都有扫描件了；要加页，先把光标放进那项材料。"); return; }
    pages += 1;
    const { scanner } = form().dataset;
    const blob = await (await ask(scanner.startsWith("/") ? `${scanner}?page=${pages}` : scanner,
      "高拍仪里没有材料，请放好再扫。")).blob();
    const input = row.querySelector("input[type=file]");
    const kind = { "image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf" }[blob.type] || "png";
    const all = new DataTransfer();
    [...input.files].forEach((file) => all.items.add(file));
    all.items.add(new File([blob], `${row.dataset.material.slice(0, 40)}-${all.items.length + 1}.${kind}`, { type: blob.type }));
    input.files = all.files;
    const state = row.querySelector("select");
    const compared = document.getElementById("compared");
    if (state.value === "missing") state.value = compared && compared.checked ? "copy" : "uploaded";
    say(`${row.dataset.material}：第${input.files.length}页已放入。`);
  };

  const keep = async () => {
    const sent = form();
    if (!sent) return;
    const said = new FormData(sent);
    [...said.keys()].filter((name) => name.startsWith("scan-")).forEach((name) => said.delete(name));
    const answer = await fetch(sent.dataset.keep, { method: "POST", body: said });
    const place = document.getElementById("kept");
    if (place && answer.ok) place.textContent = "已自动保存。";
  };

  const dress = () => document.querySelectorAll("[data-scripted]").forEach((part) => { part.hidden = false; });

  document.addEventListener("click", (event) => {
    const reader = event.target.closest("[data-read-card]");
    if (reader) readCard(reader.dataset.readCard).catch(told);
    if (event.target.closest("[data-scan]")) scan().catch(told);
  });
  document.addEventListener("input", (event) => {
    if (!event.target.closest("#intake") || event.target.type === "file") return;
    window.clearTimeout(saving);
    saving = window.setTimeout(() => { keep().catch(() => {}); }, 1200);
  });
  document.addEventListener("htmx:beforeRequest", () => window.clearTimeout(saving));
  document.addEventListener("htmx:afterSettle", () => {
    dress();
    const fault = document.querySelector('#intake [aria-invalid="true"]');
    if (fault) fault.focus();
  });
  document.addEventListener("htmx:responseError", (event) => {
    const says = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html").querySelector("[role=alert]");
    say(says ? says.textContent.trim() : "没有办成，请稍后再试。");
  });
  document.addEventListener("DOMContentLoaded", dress);
})();
