// A wall without a screen: signed in over HTTP as a browser without scripts is, and listening to the live stream.

export interface Listener {
	/** How many reports the stream has told of. */
	readonly reports: number;
	/** Resolves when the stream has ended, whoever ended it. */
	ended: Promise<void>;
	close(): void;
}

export async function listenToLive(url: string, cookie: string): Promise<Listener> {
	const stopping = new AbortController();
	const response = await fetch(`${url}/live?class=wall`, { headers: { cookie }, signal: stopping.signal });
	if (!response.ok || !response.body) throw new Error(`The live stream answered ${response.status}.`);
	let reports = 0;
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	const first = await reader.read();
	const ended = (async () => {
		let text = first.value ?? '';
		for (;;) {
			const messages = text.split('\n\n');
			text = messages.pop()!;
			for (const message of messages) reports += receivedIn(message);
			const { done, value } = await reader.read();
			if (done) return;
			text += value;
		}
	})().catch(() => undefined); // closed by us, or cut by a server that ended
	return {
		get reports() {
			return reports;
		},
		ended,
		close: () => stopping.abort()
	};
}

function receivedIn(message: string): number {
	const data = /^data: (.*)$/m.exec(message)?.[1];
	if (!data || !/^event: frame$/m.test(message)) return 0;
	const { events } = JSON.parse(data) as { events: { kind: string }[] };
	return events.filter(({ kind }) => kind === 'report.received').length;
}

/** Answers with the cookies that a member of staff is given. */
export function signInByForm(
	url: string,
	{ login, password }: { login: string; password: string }
): Promise<string> {
	return sendForm(`${url}/sign-in?/password`, { login, password, next: '/wall' });
}

/** The demo's one-click sign-in. */
export function signInAsPersona(url: string, persona: string): Promise<string> {
	return sendForm(`${url}/sign-in?/persona`, { persona });
}

async function sendForm(address: string, fields: Record<string, string>): Promise<string> {
	const response = await fetch(address, {
		method: 'POST',
		redirect: 'manual',
		headers: { origin: new URL(address).origin, accept: 'text/html' },
		body: new URLSearchParams(fields)
	});
	await response.arrayBuffer();
	const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!);
	if (response.status !== 303 || cookies.length === 0)
		throw new Error(`Sign-in answered ${response.status}.`);
	return cookies.join('; ');
}
