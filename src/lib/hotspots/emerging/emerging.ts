import { countByCell } from '../significance/hexagon-lattice.ts';
import type { Neighbours } from '../significance/neighbours.ts';
import type { PermutationOptions } from '../significance/permutation.ts';
import { sharedDraws } from '../significance/permutation.ts';
import { significantHotspots, type SignificanceOptions } from '../significance/significant.ts';
import { spaceTimeScan, type Cluster, type ScanOptions, type WeeklyReports } from './scan.ts';
import { zonesOf } from './zones.ts';

/** What a place is turning into; '' for a place that is no hotspot and becomes none. */
export const emergingKinds = ['', 'new', 'growing', 'persistent', 'fading'] as const;
export type EmergingKind = (typeof emergingKinds)[number];

export interface Emerging {
	/** Index into `emergingKinds` of each place. */
	kind: Uint8Array;
	/** Clusters of the scan, likeliest first, those with more before those with less. */
	clusters: Cluster[];
	/** 1 where the place was a significant hotspot in the weeks before the last `longest`, and over all weeks. */
	before: Uint8Array;
	whole: Uint8Array;
}

export interface EmergingOptions extends PermutationOptions {
	scan: Omit<ScanOptions, 'seed'>;
	significance: Omit<SignificanceOptions, 'seed' | 'permutations'>;
	/** Steps around a place that a cluster may reach. */
	rings: number;
}

/**
 * Tells what comes from what stays, by two tests that are each explained where they stand: hotspots over the weeks before
 * and over all (`significantHotspots`), and changes in the last weeks (`spaceTimeScan`).
 *
 * - new: more than expected lately, where no hotspot was
 * - growing: more than expected lately, where one was
 * - fading: less than expected lately, where one was
 * - persistent: a hotspot over all weeks, and no such change
 */
export function emergingHotspots(
	reports: WeeklyReports,
	neighbours: Neighbours,
	{ scan, significance, rings, permutations, seed }: EmergingOptions,
	exposure?: Float64Array
): Emerging {
	const n = neighbours.start.length - 1;
	const turn = reports.weeks - scan.longest;
	const draws = sharedDraws(neighbours, { permutations, seed });
	const hotIn = (from: number, to: number) => {
		const cells = reports.place.map((place, i) =>
			reports.week[i]! >= from && reports.week[i]! < to ? place : -1
		);
		const options = { ...significance, permutations, seed };
		return significantHotspots(countByCell(cells, n), neighbours, options, {
			draws,
			...(exposure && { exposure })
		}).hot;
	};
	const [before, whole] = [hotIn(0, turn), hotIn(0, reports.weeks)];
	const clusters = spaceTimeScan(zonesOf(neighbours, rings), reports, { ...scan, seed: seed + 1 });
	const kind = new Uint8Array(n);
	const named = (name: EmergingKind) => emergingKinds.indexOf(name);
	for (let i = 0; i < n; i++) if (whole[i]) kind[i] = named('persistent');
	for (const { change, places } of clusters)
		for (const place of places) {
			if (change === 'more') kind[place] = named(before[place] ? 'growing' : 'new');
			else if (before[place]) kind[place] = named('fading');
		}
	return { kind, clusters, before, whole };
}
