/** uPlot with its style: a script of its own, loaded by the chart. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

/** Draw bars of at most 40 pixels into a place. */
export function drawBars(options: uPlot.Options, data: uPlot.AlignedData, place: HTMLElement): uPlot {
  const bars = uPlot.paths.bars?.({ size: [0.7, 40], radius: 0.2 });
  const series = options.series.map((one, at) => (at && bars ? { ...one, paths: bars } : one));
  return new uPlot({ ...options, series }, data, place);
}
