const partBytes = 8 * 1024 * 1024;
const tries = 4;

/**
 * Sends a large file part by part, each again when the line breaks, and answers the address of its preview.
 * `fields` are the form's words. Throws when a part does not arrive after several tries.
 */
export async function sendInParts(
	file: File,
	fields: FormData,
	onSent: (bytes: number) => void
): Promise<string> {
	const words = Object.fromEntries([...fields].filter(([, value]) => typeof value === 'string'));
	const opened = await send(
		'/admin/imports/parts',
		JSON.stringify({ ...words, name: file.name, size: file.size }),
		{
			'content-type': 'application/json'
		}
	);
	const { token } = (await opened.json()) as { token: string };
	let here = 0;
	while (here < file.size) {
		const part = file.slice(here, here + partBytes);
		const answer = await send(`/admin/imports/parts/${token}`, part, {
			'content-type': 'application/octet-stream',
			'x-part-offset': String(here)
		});
		({ here } = (await answer.json()) as { here: number });
		onSent(here);
	}
	return `/admin/imports/${token}`;
}

async function send(path: string, body: BodyInit, headers: Record<string, string>): Promise<Response> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			const response = await fetch(path, { method: 'POST', body, headers });
			if (response.ok) return response;
			if (response.status < 500 || attempt === tries)
				throw new Error(`The server answered ${response.status}.`);
		} catch (error) {
			if (attempt === tries) throw error;
		}
		await new Promise((done) => setTimeout(done, 500 * 2 ** attempt));
	}
}
