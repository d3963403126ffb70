// The kiosk: asks the terminal's own card reader and printer, and leaves when nobody touches the screen. Without script the
// page still leads to the way out by itself, and printing is the browser's.
"use strict";

(() => {
  const main = document.getElementById("main");
  const seconds = Number(main && main.dataset.idle);
  if (seconds) {
    const warning = document.getElementById("idle-says");
    const leave = () => location.replace(main.dataset.leave || "/kiosk/leave/");
    const timers = [];
    const start = () => {
      timers.splice(0).forEach(clearTimeout);
      warning.hidden = true;
      timers.push(setTimeout(() => { warning.hidden = false; }, Math.max(seconds - 10, 0) * 1000));
      timers.push(setTimeout(leave, seconds * 1000));
    };
    ["pointerdown", "keydown", "input", "scroll"].forEach((kind) => {
      document.addEventListener(kind, start, { passive: true });
    });
    start();
  }
  // A page of somebody who left must not come back from the browser's memory.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();

(() => {
  const form = document.querySelector("form#card[data-card-reader]");
  if (!form) return;
  const says = document.getElementById("card-says");
  form.addEventListener("submit", (event) => {
    if (form.elements.namedItem("signature").value) return;
    event.preventDefault();
    fetch(form.dataset.cardReader, { cache: "no-store" })
      .then((answer) => {
        if (answer.status === 404) throw new Error("没有读到身份证，请重新放好再读。");
        return answer.json();
      })
      .then((read) => {
        ["body", "moment", "signature"].forEach((name) => { form.elements.namedItem(name).value = read[name]; });
        form.submit();
      })
      .catch((error) => {
        says.textContent = error instanceof TypeError ? "读卡器没有应答，请到窗口办理。" : error.message;
      });
  });
})();

(() => {
  const says = document.getElementById("print-says");
  const send = (printer, type, body) => {
    says.textContent = "正在打印……";
    return fetch(printer, { method: "POST", headers: { "Content-Type": type }, body, cache: "no-store" })
      .then((answer) => {
        if (answer.ok) { says.textContent = "已打印，请取走。"; return; }
        return answer.json().then((told) => { throw new Error(told.trouble); }, () => { throw new Error("打印机有故障"); });
      })
      .catch((error) => {
        const why = error instanceof TypeError ? "打印机没有应答" : error.message;
        says.textContent = `没有打印：${why}，请告诉工作人员。`;
      });
  };
  document.addEventListener("click", (event) => {
    const slip = event.target.closest("[data-slip]");
    if (slip) {
      if (!slip.dataset.printer) { window.print(); return; }
      const lines = document.getElementById("slip").content.textContent.trim();
      send(slip.dataset.printer, "text/plain", lines);
    }
    const paper = event.target.closest("a[data-printer]");
    if (paper) {
      event.preventDefault();
      fetch(paper.href, { cache: "no-store" })
        .then((answer) => { if (!answer.ok) throw new Error("文件打不开"); return answer.blob(); })
        .then((file) => send(paper.dataset.printer, "application/pdf", file))
        .catch((error) => { says.textContent = `没有打印：${error.message}。`; });
    }
  });
})();
