import type { DrawnFault } from '#lib/areas/drawn-faults.ts';
import { formatNumber, m } from '#lib/i18n/messages.ts';

const words: Record<string, (values: { name: string; metres: string }) => string> = {
	too_few_points: m.areas_fault_too_few_points,
	ring_open: m.areas_fault_too_few_points,
	ring_flat: m.areas_fault_ring_flat,
	ring_crosses_itself: m.areas_fault_ring_crosses_itself,
	ring_twice: m.areas_fault_rings_cross,
	rings_cross: m.areas_fault_rings_cross,
	hole_outside: m.areas_fault_hole_outside,
	parts_overlap: m.areas_fault_parts_overlap,
	too_complex: m.areas_fault_too_complex,
	outside_city: m.areas_fault_outside_city,
	overlap: m.areas_fault_overlap,
	gap: m.areas_fault_gap
};

/** One fault in a sentence: what, whose, how much. Where it is stands beside it, and on the map. */
export function faultWords(fault: DrawnFault): string {
	const metres = 'squareMetres' in fault ? formatNumber(Math.round(fault.squareMetres)) : '';
	return words[fault.code]?.({ name: fault.name, metres }) ?? fault.code;
}
