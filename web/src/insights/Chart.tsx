/** Bars over days. The drawing is loaded when it is first seen; what it says stands in a table, too. */

import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import { Banner } from "../design/Banner";
import { shortUtcDay } from "../frame/formats";
import { language } from "../frame/language";
import { useSignal } from "../frame/signals";
import { insightWords } from "./words";

const HEIGHT_PIXELS = 240;
const DAY_SECONDS = 86_400;
const dark = matchMedia("(prefers-color-scheme: dark)");

type Drawn = { at: number[]; values: number[]; label: string; tell: (value: number) => string };

export function Chart(props: Drawn) {
  const place = useRef<HTMLDivElement>(null);
  const told = useSignal("");
  const isMissing = useSignal(false);
  const drawn = [props.at.join(), props.values.join(), language.value].join("|");

  useEffect(() => {
    const ending = new AbortController();
    void draw(ending.signal);
    return () => ending.abort();
  }, [drawn]);

  async function draw(signal: AbortSignal) {
    const library = await import("./plot").catch(() => undefined);
    if (signal.aborted || !place.current) return;
    isMissing.value = !library;
    if (!library) return;
    const box = place.current;
    let plot: uPlot | undefined;
    const again = () => {
      plot?.destroy();
      plot = library.drawBars(options(box, props, told), [props.at, props.values], box);
    };
    again();
    const sizes = new ResizeObserver(() => {
      if (plot && plot.width !== box.clientWidth && box.clientWidth) {
        plot.setSize({ width: box.clientWidth, height: HEIGHT_PIXELS });
      }
    });
    sizes.observe(box);
    dark.addEventListener("change", again, { signal });
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      plot?.destroy();
    });
  }

  return (
    <figure class="chart">
      <p class="pointed small muted" aria-hidden="true">
        {told.value || "\u00a0"}
      </p>
      <div ref={place} class="drawing" role="img" aria-label={props.label} />
      {isMissing.value && <Banner kind="warning">{insightWords().noChart}</Banner>}
    </figure>
  );
}

function options(box: HTMLElement, { tell }: Drawn, told: { value: string }): uPlot.Options {
  const colour = (name: string) => getComputedStyle(box).getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: box.clientWidth,
    height: HEIGHT_PIXELS,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      // Half a day on both sides, so that the first and the last bar are whole.
      x: {
        time: false,
        range: (_, least, most) => [least - DAY_SECONDS * 0.6, most + DAY_SECONDS * 0.6],
      },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        incrs: [1, 2, 7, 14, 30, 61, 91].map((days) => days * DAY_SECONDS),
        values: (_, splits) => splits.map(shortUtcDay),
      },
      { ...axis, size: 64, values: (_, splits) => splits.map(tell) },
    ],
    series: [{}, { fill: colour("--accent"), width: 0, points: { show: false } }],
    hooks: {
      setCursor: [
        ({ data, cursor: { idx } }) => {
          const [at, value] = [data[0][idx ?? -1], data[1]?.[idx ?? -1]];
          told.value = at === undefined ? "" : `${shortUtcDay(at)}: ${tell(value ?? 0)}`;
        },
      ],
    },
  };
}
