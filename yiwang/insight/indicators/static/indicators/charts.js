// Draws what a page says in its table once more as bars; every bar leads to its records. Without it the table is there.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  if (!window.echarts) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelectorAll("[data-chart]").forEach((place) => {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    if (!data.values.some((value) => value !== null)) return;
    place.classList.add("drawn");
    const style = getComputedStyle(document.body);
    const size = parseFloat(style.fontSize) * 0.85; // follows the text size the reader chose
    const text = { color: style.color, fontSize: size, fontFamily: style.fontFamily };
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    const flat = data.across;
    const rate = data.unit === "%" && !flat; // an axis that does not begin at nought carries points, never bars
    const names = { type: "category", data: data.labels, axisLabel: { ...text, hideOverlap: true }, inverse: Boolean(flat) };
    const numbers = { type: "value", axisLabel: { ...text, hideOverlap: true }, scale: rate, splitNumber: 4 };
    chart.setOption({
      animation: !still,
      textStyle: text,
      grid: { left: 8, right: 24, top: 24, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText", textStyle: { fontSize: size }, valueFormatter: (value) => (value === null || value === undefined ? "—" : `${value}${data.unit}`) },
      xAxis: flat ? numbers : names,
      yAxis: flat ? names : numbers,
      series: [{ name: data.title, type: rate ? "line" : "bar", data: data.values, itemStyle: { color: "#1456b8" }, barMaxWidth: 36, symbolSize: 10, connectNulls: false, cursor: data.links.length ? "pointer" : "default" }],
    });
    if (data.links.length) chart.on("click", (event) => { window.location.href = data.links[event.dataIndex]; });
    new ResizeObserver(() => chart.resize()).observe(place);
  });
});
