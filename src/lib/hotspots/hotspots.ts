import { kernelDensity, type DensityGrid } from './density.ts';
import { binHexagons, hexagonCorners, type HexagonBins } from './hexagons.ts';
import { planeOf, project, unproject, type Plane } from './plane.ts';
import type { ReportPoints } from './points.ts';
import { equalSteps, stepOf } from './steps.ts';

/** A city's street corner has a reach of some hundred metres; below that a heat map shows single reports. */
export const heat = { bandwidth: 200, cell: 20 } as const;
/** About two street blocks: small enough to send a patrol to, large enough to count in. */
export const hexagons = { radius: 120, leastCount: 3 } as const;

/** How much: reports per km² in the period, on a grid that a map can draw as one picture. */
export interface HeatMap {
	grid: DensityGrid;
	/** Degrees, WGS-84, the outer edges of the grid: [west, south, east, north]. */
	box: [number, number, number, number];
	/** Reports per km² where each step of the legend begins. */
	steps: number[];
}

export function heatMap(points: ReportPoints): HeatMap {
	const plane = planeOf(points);
	const { x, y } = project(plane, points);
	const grid = kernelDensity(x, y, heat);
	const [west, south] = unproject(plane, grid.west, grid.south);
	const [east, north] = unproject(
		plane,
		grid.west + grid.columns * grid.cell,
		grid.south + grid.rows * grid.cell
	);
	return { grid, box: [west, south, east, north], steps: equalSteps(grid.peak) };
}

/** One hexagon a map can draw. */
export interface HexagonSpot {
	/** Degrees, WGS-84: six corners. */
	ring: [number, number][];
	middle: [number, number];
	count: number;
	open: number;
	/** Which step of the legend. */
	step: number;
}

export interface HexagonMap {
	/** Most reports first. */
	spots: HexagonSpot[];
	/** Reports where each step of the legend begins; the first is the least count. */
	steps: number[];
	bins: HexagonBins;
}

export function hexagonMap(points: ReportPoints): HexagonMap {
	const plane = planeOf(points);
	const { x, y } = project(plane, points);
	const bins = binHexagons(x, y, points.open, hexagons);
	const rounds = equalSteps(bins.count[0] ?? 0, 6, true).filter((step) => step > hexagons.leastCount);
	const steps = [hexagons.leastCount, ...rounds];
	return { bins, steps, spots: Array.from(bins.count, (count, i) => spot(plane, bins, steps, count, i)) };
}

/** How high the tallest of the shapes stands: enough to be seen over a whole city, in metres. */
export function tallest(box: readonly [number, number, number, number]): number {
	const [, south, , north] = box;
	return Math.min(1_500, Math.max(150, (north - south) * 111_000 * 0.12));
}

function spot(plane: Plane, bins: HexagonBins, steps: number[], count: number, i: number): HexagonSpot {
	const [x, y] = [bins.x[i]!, bins.y[i]!];
	return {
		ring: hexagonCorners(x, y, bins.radius, 0.94).map(([east, north]) => unproject(plane, east, north)),
		middle: unproject(plane, x, y),
		count,
		open: bins.marked[i]!,
		step: stepOf(count, steps)
	};
}
