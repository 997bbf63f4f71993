import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What another library draws for the eye alone; its list is the interface. */
export const MAP = '.maplibregl-map';
/** WCAG 2.2 AA alone, without axe's own advice. */
export const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * What axe complains about on a page, a line each: the rule and the elements. Empty is what a test wants.
 *
 * In one frame and asked for violations alone: otherwise axe carries every rule's every element into a second page to put
 * frames together, which took 7 to 13 s of the 8 to 14 on the desk and the wall, and our pages have no frames.
 */
export async function complaintsOfAxe(
	page: Page,
	{ tags, without }: { tags?: string[]; without?: string } = {}
): Promise<string[]> {
	const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
	if (tags) axe.withTags(tags);
	if (without) axe.exclude(without);
	const { violations } = await axe.analyze();
	return violations.map(
		({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`
	);
}
