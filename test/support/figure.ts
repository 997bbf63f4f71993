// Small drawings for docs/images: panels of bars side by side, as SVG that any browser shows.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './tools.ts';

export interface Panel {
	title: string;
	/** Heights, left to right. */
	bars: number[];
	/** Written over the bars. */
	labels?: string[];
	/** A level drawn across: what the bars should be. */
	level?: number;
	from: string;
	to: string;
}

/** Writes docs/images/NAME.svg. */
export async function drawBars(name: string, title: string, panels: readonly Panel[]): Promise<void> {
	const [width, height, gap, top] = [300, 150, 24, 72];
	const peak = Math.max(...panels.flatMap(({ bars, level = 0 }) => [...bars, level]));
	const tall = (value: number) => ((value / peak) * height).toFixed(1);
	const drawn = panels.map(({ title: what, bars, labels, level, from, to }, i) => {
		const left = gap + i * (width + gap);
		const step = width / bars.length;
		const columns = bars
			.map(
				(bar, j) =>
					`<rect x="${(left + j * step).toFixed(1)}" y="${(top + height - Number(tall(bar))).toFixed(1)}" width="${(step - 1).toFixed(1)}" height="${tall(bar)}"/>`
			)
			.join('');
		const words = (labels ?? [])
			.map(
				(label, j) =>
					`<text x="${(left + (j + 0.5) * step).toFixed(1)}" y="${(top + height - Number(tall(bars[j]!)) - 4).toFixed(1)}" text-anchor="middle">${label}</text>`
			)
			.join('');
		const at = level === undefined ? 0 : top + height - Number(tall(level));
		const line = level === undefined ? '' : `<path d="M${left} ${at}h${width}"/>`;
		return `<text x="${left}" y="${top - 26}">${what}</text>${columns}${words}${line}<text x="${left}" y="${top + height + 16}">${from}</text><text x="${left + width}" y="${top + height + 16}" text-anchor="end">${to}</text>`;
	});
	const [across, down] = [gap + panels.length * (width + gap), top + height + 30];
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${across} ${down}" font-family="system-ui, sans-serif" font-size="12">
<title>${title}</title>
<style>rect { fill: #0072b2 } path { stroke: #d55e00; stroke-width: 1.5; fill: none } text { fill: #333 } .ground { fill: #fff }</style>
<rect class="ground" width="${across}" height="${down}"/>
<text x="${gap}" y="22" font-size="14" font-weight="600">${title}</text>
${drawn.join('\n')}
</svg>
`;
	const folder = join(ROOT, 'docs/images');
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, `${name}.svg`), svg);
}
