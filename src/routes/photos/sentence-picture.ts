const EM = 36;
const WIDTH = 640;
const HEIGHT = 480;
const LINE = WIDTH - 2 * EM;

/** A quiet 4:3 picture that says a sentence, for the place where a photo would be. */
export function sentencePicture(sentence: string): string {
	const lines = linesOf(sentence);
	const top = HEIGHT / 2 - ((lines.length - 1) * EM * 1.4) / 2 + EM * 0.35;
	const rows = lines.map(
		(line, n) => `<text x="50%" y="${Math.round(top + n * EM * 1.4)}">${escape(line)}</text>`
	);
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img"><title>${escape(sentence)}</title><rect width="100%" height="100%" fill="#eef0f2"/><g font-family="system-ui, sans-serif" font-size="${EM}" fill="#3a434d" text-anchor="middle">${rows.join('')}</g></svg>`;
}

/** SVG breaks no lines: Latin text at its spaces, Chinese between any two characters but before a closing mark. */
function linesOf(sentence: string): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of sentence.match(/[\u2e80-\uffef][，。；：！？、）]*|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
		if (line && widthOf(line + word.trimEnd()) > LINE) {
			lines.push(line.trim());
			line = '';
		}
		line += word;
	}
	return [...lines, line.trim()];
}

function widthOf(text: string): number {
	return [...text].reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? EM : EM * 0.55), 0);
}

function escape(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
