import { expect, test } from 'vitest';
import { cividisAt, rateColour, rateSteps } from './palette.ts';

/** Relative luminance after WCAG 2. */
function luminance(hex: string): number {
	const [r, g, b] = [1, 3, 5].map((at) => {
		const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
		return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (a: string, b: string) => (luminance(a) + 0.05) / (luminance(b) + 0.05);

test('every step of the closure ramp is lighter than the one before: it reads in grey too', () => {
	const lights = rateSteps.map(({ colour }) => luminance(colour));
	for (const [i, light] of lights.slice(1).entries()) expect(light).toBeGreaterThan(lights[i]! * 1.15);
});

test('every step stands out from the wall’s ground by at least 3 to 1', () => {
	for (const { colour } of rateSteps) expect(contrast(colour, '#050a14'), colour).toBeGreaterThanOrEqual(3);
});

test('a rate on a step’s edge belongs to the step it begins', () => {
	expect(rateColour(0.9)).toBe(rateSteps.at(-1)!.colour);
	expect(rateColour(0.8999)).toBe(rateSteps.at(-2)!.colour);
	expect(rateColour(0)).toBe(rateSteps[0]!.colour);
	expect(rateColour(1)).toBe(rateSteps.at(-1)!.colour);
});

test('cividis begins dark blue and ends yellow', () => {
	expect(cividisAt(0)).toBe('#00224e');
	expect(cividisAt(1)).toBe('#fee838');
	expect(cividisAt(7)).toBe(cividisAt(1));
});
