import type { BoardFilters } from './board-filters.ts';
import type { CategoryTree, GroundCampaign, NumberGround } from './numbers/ground.ts';

/** What the filter form of every page of the board is made of. */
export interface FilterData {
	filters: BoardFilters;
	timeZone: string;
	today: string;
	campaign: GroundCampaign | null;
	categories: (CategoryTree & { name: string; name_en: string | null })[];
	streets: NumberGround['streets'];
	units: NumberGround['units'];
	areas: NumberGround['areas'];
	streetClasses: string[];
	minimum: number;
}
