/** How a mark is meant. Each tone has a shape of its own, so that it can be told without seeing colour. */
export type Tone = 'neutral' | 'accent' | 'good' | 'warning' | 'danger';

export const shapes: Record<Tone, string> = {
	neutral: 'M2 6h8',
	accent: 'M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z',
	good: 'M2 6.5 5 9.5 10.5 3',
	warning: 'M6 1.5 11 10.5H1z',
	danger: 'M2.5 2.5 9.5 9.5M9.5 2.5 2.5 9.5'
};
