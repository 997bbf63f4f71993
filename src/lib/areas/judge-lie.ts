import type { Findings } from '#lib/city/import/findings.ts';
import type { Known, KnownArea } from '#lib/city/import/known.ts';
import type { AreaImport, AreaKind } from '#lib/city/import/shapes.ts';
import { gapWidth, lieOf, tolerance } from './ground.ts';
import type { Patch } from './plane.ts';
import { leftOpen } from './streets-covered.ts';

/** Kinds that share out all ground between them: what they leave open, nobody answers for. */
const sharing: readonly AreaKind[] = ['duty_grid', 'unit_grid'];

export interface NamedPatch extends Patch {
	name: string;
}

export interface JudgedLie {
	overlaps: NamedPatch[];
	gaps: NamedPatch[];
	squareMetres: number;
	/** Share of the streets' length on ground of a sharing kind; null when no such areas or no streets. */
	coveredPercent: number | null;
}

/** Overlaps, gaps and streets left open, by kind, told as findings and returned to be drawn. */
export function judgeLie(
	areas: readonly AreaImport[],
	staying: readonly KnownArea[],
	known: Known,
	findings: Findings
): JudgedLie {
	const judged: JudgedLie = { overlaps: [], gaps: [], squareMetres: 0, coveredPercent: null };
	for (const kind of new Set(areas.map((area) => area.kind))) {
		const own = areas.filter((area) => area.kind === kind);
		const names = new Set(own.map(({ name }) => name));
		const others = staying.filter((area) => area.kind === kind && !names.has(area.name));
		const all = [...own, ...others];
		const lie = lieOf(all, sharing.includes(kind));
		judged.squareMetres += lie.squareMetres;
		for (const overlap of lie.overlaps) {
			// Two that are here already were judged when they came.
			if (overlap.first >= own.length) continue;
			const name = `${all[overlap.first]!.name} / ${all[overlap.second]!.name}`;
			judged.overlaps.push({ ...overlap, name });
		}
		for (const gap of lie.gaps) judged.gaps.push({ ...gap, name: '' });
		findings.say('not_all_compared', 'warning', lie.notCompared);
		if (!sharing.includes(kind)) continue;
		if (lie.gapsSought === 'enclosed') findings.say('narrow_gaps_not_sought', 'note', 1);
		if (lie.gapsSought === 'none' && lie.notCompared === 0 && all.length > 1) {
			findings.say('gaps_not_sought', 'note', 1);
		}
		const open = leftOpen(known.streets, all);
		if (!open) continue;
		judged.coveredPercent = Math.round((1 - open.metres / open.of) * 100);
		if (open.metres < 100) continue;
		findings.say(
			'streets_left_open',
			'warning',
			open.streets.length,
			{ kilometres: (open.metres / 1000).toFixed(1), of: (open.of / 1000).toFixed(1) },
			open.streets.map(({ name, metres }) => ({ key: name || '—', text: `${Math.round(metres)} m` }))
		);
	}
	sayPatches('overlap', judged.overlaps, findings);
	sayPatches('gap', judged.gaps, findings);
	return judged;
}

function sayPatches(code: 'overlap' | 'gap', patches: readonly NamedPatch[], findings: Findings): void {
	const metres = Math.round(patches.reduce((sum, patch) => sum + patch.squareMetres, 0));
	const detail = { square_metres: metres, least: tolerance.squareMetres, width: gapWidth };
	const examples = patches.map(({ name, squareMetres, geometry }) => ({
		key: name || geometry.coordinates[0]![0]!.map((n) => n.toFixed(5)).join(', '),
		text: `${Math.round(squareMetres)} m²`
	}));
	findings.say(
		code,
		'warning',
		patches.length,
		code === 'gap' ? detail : { square_metres: metres, least: tolerance.squareMetres },
		examples
	);
}
