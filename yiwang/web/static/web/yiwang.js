// Small comforts on top of pages that work without it: nothing here decides anything.
"use strict";

document.addEventListener("submit", (event) => {
  // A second press on a slow network sends nothing; the server's idempotency key guards what still gets through.
  const form = event.target;
  if (event.defaultPrevented || form.dataset.sent === "1") {
    if (form.dataset.sent === "1") event.preventDefault();
    return;
  }
  const again = form.hasAttribute("data-resubmit") || (event.submitter && event.submitter.hasAttribute("data-resubmit"));
  if (form.method === "post" && !again) {
    form.dataset.sent = "1";
    window.setTimeout(() => { form.dataset.sent = ""; }, 8000);
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { form.dataset.sent = ""; });
});

document.addEventListener("click", (event) => {
  const phrase = event.target.closest("[data-insert-into]");
  if (phrase) {
    const target = document.getElementById(phrase.dataset.insertInto);
    if (target) {
      target.value = target.value ? `${target.value.replace(/\s+$/, "")}\n${phrase.dataset.text}` : phrase.dataset.text;
      target.focus();
    }
  }
  if (event.target.closest("[data-print]")) window.print();
  const confirmable = event.target.closest("[data-confirm]");
  if (confirmable && !window.confirm(confirmable.dataset.confirm)) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  // F1–F8 press the button that carries the key; the key is shown on the button. A folded step is opened first, so
  // that nothing is sent unseen. A field that carries one is gone to.
  const button = /^F[1-8]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]:not([disabled])`);
  if (!button) return;
  event.preventDefault();
  const fold = button.closest("details:not([open])");
  if (!fold && button.matches("input")) { button.focus(); return; }
  if (!fold) { button.click(); return; }
  fold.open = true;
  (fold.querySelector("input:not([type=hidden]), select, textarea") || button).focus();
});

document.addEventListener("DOMContentLoaded", () => {
  const fault = document.querySelector('[aria-invalid="true"]');
  if (fault) fault.focus();
  // A table wider than the screen can be scrolled by keyboard, and is told as a region.
  document.querySelectorAll(".table-wrap:not([tabindex])").forEach((wrap) => {
    if (wrap.scrollWidth <= wrap.clientWidth) return;
    const section = wrap.closest("section");
    const title = wrap.querySelector("caption") || (section && section.querySelector("h2, h3")) || document.querySelector("h1");
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "region");
    wrap.setAttribute("aria-label", `${title ? title.textContent.trim() : ""}（可左右滚动的表格）`);
  });
});
