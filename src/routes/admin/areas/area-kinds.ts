import { m } from '#lib/i18n/messages.ts';

const labels: Record<string, () => string> = {
	duty_grid: m.admin_area_duty_grid,
	unit_grid: m.admin_area_unit_grid,
	market: m.admin_area_market,
	frontage: m.admin_area_frontage,
	corridor: m.admin_area_corridor,
	key_place: m.admin_area_key_place,
	permitted_line: m.admin_area_permitted_line
};

export const areaKinds = Object.keys(labels);

export function areaKindLabel(kind: string): string {
	return labels[kind]?.() ?? kind;
}
