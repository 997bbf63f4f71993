import type { KnownStreets } from '#lib/city/import/known.ts';
import type { AreaKind } from '#lib/city/import/shapes.ts';
import type { Side } from './blocks.ts';

/** What an area of the kind is called after its streets, in a city with Chinese names. */
const suffix: Partial<Record<AreaKind, string>> = {
	duty_grid: '网格',
	unit_grid: '单元',
	corridor: '段'
};

/** Names after the two longest streets along each border; a third tells apart two areas between the same streets. */
export function nameAreas(
	borders: readonly (readonly Side[])[],
	streets: Pick<KnownStreets, 'names'>,
	kind: AreaKind
): string[] {
	const along = borders.map((border) => streetsAlong(border, streets));
	const taken = new Set<string>();
	return along.map((names, i) => {
		const attempts = [
			names.slice(0, 2),
			...[2, 3, 4].filter((k) => k < names.length).map((k) => [names[0]!, names[1]!, names[k]!])
		];
		for (const attempt of attempts) {
			const name = joined(attempt, kind);
			if (attempt.length === 0 || taken.has(name)) continue;
			taken.add(name);
			return name;
		}
		const base = joined(names.slice(0, 2), kind);
		for (let number = names.length === 0 ? i + 1 : 2; ; number++) {
			const name = `${base} ${number}`.trim();
			if (taken.has(name)) continue;
			taken.add(name);
			return name;
		}
	});
}

function streetsAlong(border: readonly Side[], { names }: Pick<KnownStreets, 'names'>): string[] {
	const metres = new Map<string, number>();
	for (const side of border) {
		// A main street's side road runs along the same border under nearly the same name.
		const name = names[side.line]?.replace(/(?<=\p{Script=Han})辅[路道]$/u, '');
		if (name) metres.set(name, (metres.get(name) ?? 0) + side.metres);
	}
	return [...metres].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
}

function joined(names: readonly string[], kind: AreaKind): string {
	const isChinese = names.length === 0 || names.some((name) => /\p{Script=Han}/u.test(name));
	const short = names.map((name) => name.slice(0, 30));
	return isChinese ? short.join('—') + (suffix[kind] ?? '片区') : short.join(' – ');
}
