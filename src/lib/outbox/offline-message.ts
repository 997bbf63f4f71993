/** What a page tells the service worker: what it is made of, and in which language it speaks. */
export interface KeepMessage {
	kind: 'keep';
	language: string;
	/** Files the page has loaded, as absolute addresses. */
	files: string[];
}

export function readKeepMessage(data: unknown): KeepMessage | null {
	const { kind, language, files } = (data ?? {}) as Partial<KeepMessage>;
	if (kind !== 'keep' || typeof language !== 'string' || !Array.isArray(files)) return null;
	return { kind, language, files: files.filter((file) => typeof file === 'string').slice(0, 500) };
}
