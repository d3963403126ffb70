// Draws what a page says in its table once more as bars; every bar leads to its records. Without it the table is there.
"use strict";

function drawCharts() {
  if (!window.echarts) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelectorAll("[data-chart]:not(.drawn)").forEach((place) => {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    if (!data.values.some((value) => value !== null)) return;
    const folded = place.closest("details");
    if (folded && !folded.open) return;
    place.classList.add("drawn");
    const style = getComputedStyle(document.body);
    const size = parseFloat(style.fontSize) * 0.85; // follows the text size the reader chose
    const text = { color: style.color, fontSize: size, fontFamily: style.fontFamily };
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    const wall = document.body.classList.contains("wall");
    const ink = wall ? "#8ab8ff" : "#1456b8";
    const flat = data.across;
    const rate = data.unit === "%" && !flat && !data.series; // an axis that does not begin at nought carries points, never bars
    const names = { type: "category", data: data.labels, axisLabel: { ...text, hideOverlap: true }, inverse: Boolean(flat) };
    const numbers = { type: "value", axisLabel: { ...text, hideOverlap: true }, scale: rate, splitNumber: 4, max: data.unit === "%" ? ({ max }) => (max <= 100 ? 100 : null) : null, minInterval: data.unit === "%" ? 0 : 1, splitLine: { lineStyle: { color: ink, opacity: 0.2 } } };
    const several = data.series && data.series.length > 1; // distributions side by side, told apart by shade and legend
    const shades = wall ? ["#d0d7de", "#8ab8ff", "#ffd166"] : ["#8c959f", "#1456b8", "#c4501b"];
    chart.setOption({
      animation: !still,
      textStyle: text,
      legend: several ? { top: 0, textStyle: text } : undefined,
      grid: { left: 8, right: 24, top: several ? 24 + size * 1.6 : 24, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText", textStyle: { fontSize: size }, valueFormatter: (value) => (value === null || value === undefined ? "—" : `${value}${data.unit}`) },
      xAxis: flat ? numbers : names,
      yAxis: flat ? names : numbers,
      series: several ? data.series.map((one, place) => ({ name: one.name, type: "bar", data: one.values, itemStyle: { color: shades[place % shades.length] }, barMaxWidth: 18 })) : [{ name: data.title, type: rate ? "line" : "bar", data: data.values, itemStyle: { color: ink }, barMaxWidth: 36, symbolSize: 10, connectNulls: false, cursor: data.links.length ? "pointer" : "default" }],
    });
    if (data.links.length) chart.on("click", (event) => { window.location.href = data.links[event.dataIndex]; });
    new ResizeObserver(() => chart.resize()).observe(place);
  });
}

document.addEventListener("DOMContentLoaded", drawCharts);
document.addEventListener("toggle", drawCharts, true); // what was folded away has a width only now
document.addEventListener("htmx:afterSettle", drawCharts); // a wall asks anew every minute
