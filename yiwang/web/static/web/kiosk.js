// The kiosk: asks the terminal's own card reader, which signs what it read. Leaving by itself needs no script.
"use strict";

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
