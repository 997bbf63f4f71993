// Small drawings for docs/images: panels of bars or lines side by side, as SVG that any browser shows.
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
					`<text x="${(left + (j + 0.5) * step).toFixed(1)}" y="${(top + height - Number(tall(Math.max(bars[j]!, level ?? 0))) - 4).toFixed(1)}" text-anchor="middle">${label}</text>`
			)
			.join('');
		const at = level === undefined ? 0 : top + height - Number(tall(level));
		const line = level === undefined ? '' : `<path d="M${left} ${at}h${width}"/>`;
		return `<text x="${left}" y="${top - 26}">${what}</text>${columns}${words}${line}<text x="${left}" y="${top + height + 16}">${from}</text><text x="${left + width}" y="${top + height + 16}" text-anchor="end">${to}</text>`;
	});
	const style = 'rect { fill: #0072b2 } path { stroke: #d55e00; stroke-width: 1.5; fill: none }';
	await write(name, title, style, drawn, [gap + panels.length * (width + gap), top + height + 30]);
}

export interface LinePanel {
	title: string;
	lines: { name: string; values: number[] }[];
	/** Around the first line: where each value may as well lie. */
	band: { low: number; high: number }[];
	from: string;
	to: string;
}

/** Colours of lines, first to last (Okabe and Ito), and how they are broken: nobody is asked to see colours alone. */
const pens = ['#0072b2', '#d55e00" stroke-dasharray="5 3', '#009e73" stroke-dasharray="1.5 2.5'];

/** Writes docs/images/NAME.svg; all panels share a scale from zero. */
export async function drawLines(name: string, title: string, panels: readonly LinePanel[]): Promise<void> {
	const [width, height, gap, top] = [300, 180, 40, 72];
	const peak = Math.ceil(Math.max(...panels.flatMap(({ band }) => band.map(({ high }) => high))));
	const drawn = panels.map(({ title: what, lines, band, from, to }, i) => {
		const left = gap + i * (width + gap);
		const place = (value: number, j: number) =>
			`${(left + (j * width) / (band.length - 1)).toFixed(1)} ${(top + height * (1 - value / peak)).toFixed(1)}`;
		const around = [
			...band.map(({ high }, j) => place(high, j)),
			...band.map(({ low }, j) => place(low, j)).reverse()
		];
		const levels = [0, peak / 2, peak].map((value) => {
			const y = top + height * (1 - value / peak);
			return `<path class="rule" d="M${left} ${y}h${width}"/><text x="${left - 6}" y="${y + 4}" text-anchor="end">${value}</text>`;
		});
		const drawnLines = lines.map(
			({ values }, k) => `<path stroke="${pens[k]}" d="M${values.map(place).join('L')}"/>`
		);
		const names = lines.map(
			({ name: called }, k) =>
				`<path stroke="${pens[k]}" d="M${left + k * 100} ${top + height + 32}h22"/><text x="${left + k * 100 + 27}" y="${top + height + 36}">${called}</text>`
		);
		return `<text x="${left}" y="${top - 14}" font-weight="600">${what}</text>${levels.join('')}<path class="band" d="M${around.join('L')}z"/>${drawnLines.join('')}${names.join('')}<text x="${left}" y="${top + height + 16}">${from}</text><text x="${left + width}" y="${top + height + 16}" text-anchor="end">${to}</text>`;
	});
	const style =
		'path { stroke-width: 1.6; fill: none } .rule { stroke: #ddd; stroke-width: 1 } .band { fill: #0072b2; opacity: 0.15 }';
	await write(name, title, style, drawn, [gap + panels.length * (width + gap), top + height + 50]);
}

async function write(
	name: string,
	title: string,
	style: string,
	drawn: readonly string[],
	[across, down]: readonly [number, number]
): Promise<void> {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${across} ${down}" font-family="system-ui, sans-serif" font-size="12">
<title>${title}</title>
<style>${style} text { fill: #333 } .ground { fill: #fff }</style>
<rect class="ground" width="${across}" height="${down}"/>
<text x="24" y="22" font-size="14" font-weight="600">${title}</text>
${drawn.join('\n')}
</svg>
`;
	const folder = join(ROOT, 'docs/images');
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, `${name}.svg`), svg);
}
