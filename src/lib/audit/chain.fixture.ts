// Chains made by code, for tests and proofs.
import { beginning, linkHash, type Link } from './chain.ts';

const kinds = [
	'report.received',
	'report.filed',
	'case.filed',
	'case.dispatched',
	'case.handling',
	'case.closed'
];

const hex = (random: () => number, digits: number) =>
	Math.floor(random() * 16 ** digits)
		.toString(16)
		.padStart(digits, '0');
const uuid = (random: () => number) =>
	`${hex(random, 8)}-${hex(random, 4)}-7${hex(random, 3)}-8${hex(random, 3)}-${hex(random, 12)}`;

/** Hashes the links again from `index` on, as somebody with the owner's rights would. */
export function relink(links: Link[], index: number): void {
	let previous: Buffer = index === 0 ? beginning : Buffer.from(links[index - 1]![1], 'hex');
	for (const link of links.slice(index)) {
		link[2] = previous.toString('hex');
		previous = linkHash(previous, link);
		link[1] = previous.toString('hex');
	}
}

/** `n` linked events with invented contents. */
export function chainOf(random: () => number, n: number): Link[] {
	const links = Array.from({ length: n }, (_, index): Link => {
		const at = `2026-09-28T02:${String(index % 60).padStart(2, '0')}:00.${String(index).padStart(6, '0')}Z`;
		const kind = kinds[Math.floor(random() * kinds.length)]!;
		const after = `{"number": ${index}, "status": "${kind.split('.')[1]}"}`;
		return [
			index + 1,
			'',
			'',
			uuid(random),
			kind,
			uuid(random),
			null,
			uuid(random),
			'registrar',
			at,
			at,
			'{}',
			after,
			null,
			null,
			null
		];
	});
	relink(links, 0);
	return links;
}
