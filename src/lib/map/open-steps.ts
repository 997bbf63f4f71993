import { cividisAt } from './palette.ts';
import type { MapTheme } from './style.ts';

/** How many open cases a segment has, in steps that can be told apart: by colour, and by the line's width as well. */
export interface OpenStep {
	from: number;
	colour: string;
	/** Pixels at a street's own zoom. */
	width: number;
}

/** Amounts run through cividis, away from the ground they lie on: darker on the light map, lighter on the dark one. */
export function openSteps(theme: MapTheme): readonly OpenStep[] {
	const [few, some, many] =
		theme === 'light'
			? ['#8d8049', '#4a5a86', cividisAt(0)]
			: [cividisAt(0.62), cividisAt(0.82), cividisAt(1)];
	return [
		{ from: 1, colour: few!, width: 4 },
		{ from: 2, colour: some!, width: 6 },
		{ from: 5, colour: many!, width: 8.5 }
	];
}

/** A segment whose cases are all closed. */
export const closedColour: Record<MapTheme, string> = { light: '#5d93a8', dark: '#3d6b82' };

/** The legal alternative: a place to wash a car. Blue, and drawn as a drop. */
export const siteColour: Record<MapTheme, string> = { light: '#0072b2', dark: '#56b4e9' };
