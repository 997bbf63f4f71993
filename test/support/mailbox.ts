import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Mailbox {
	port: number;
	/** Whole letters, as they came over the line. */
	letters: string[];
	/** Every command, upper or lower case as it came. */
	commands: string[];
	/** Takes the place of the usual answers, where it does not answer undefined. */
	reply: ((command: string) => string | null | undefined) | undefined;
	close(): Promise<void>;
}

/** A mail server on this machine that takes whatever comes, without TLS, and keeps it for the test. */
export async function openMailbox(): Promise<Mailbox> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
		socket.on('error', () => {});
		serve(socket);
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	const mailbox: Mailbox = {
		port: (server.address() as AddressInfo).port,
		letters: [],
		commands: [],
		reply: undefined,
		close: () => {
			for (const socket of sockets) socket.destroy();
			return new Promise((done) => server.close(() => done()));
		}
	};

	function serve(socket: Socket): void {
		let text = '';
		let letter: string | null = null;
		const say = (line: string) => socket.write(`${line}\r\n`);
		say('220 mailbox.test');
		socket.on('data', (chunk: Buffer) => {
			text += chunk.toString('utf8');
			for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
				const line = text.slice(0, end);
				text = text.slice(end + 2);
				if (letter !== null) {
					if (line !== '.') {
						letter += line.replace(/^\.\./, '.') + '\n';
						continue;
					}
					mailbox.letters.push(letter);
					letter = null;
					say('250 2.0.0 kept');
					continue;
				}
				mailbox.commands.push(line);
				const special = mailbox.reply?.(line);
				if (special === null) continue;
				if (special !== undefined) {
					say(special);
					continue;
				}
				if (/^DATA$/i.test(line)) {
					letter = '';
					say('354 go on');
				} else if (/^QUIT/i.test(line)) {
					say('221 bye');
					socket.end();
				} else say('250 2.1.0 fine');
			}
		});
	}
	return mailbox;
}

/** A letter's text, decoded from however it was sent. */
export function textOf(letter: string): string {
	const [head = '', ...rest] = letter.split('\n\n');
	const body = rest.join('\n\n');
	if (/^content-transfer-encoding: base64$/im.test(head)) return Buffer.from(body, 'base64').toString('utf8');
	if (!/^content-transfer-encoding: quoted-printable$/im.test(head)) return body;
	const bytes = body
		.replaceAll('=\n', '')
		.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** A letter's heads, with folded lines joined and encoded words read. */
export function headOf(letter: string, name: string): string {
	const head = letter.split('\n\n')[0]!.replace(/\n[ \t]+/g, ' ');
	const value = new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
	return value
		.replace(/\?= =\?/g, '?==?')
		.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, way: string, text: string) => {
			if (way.toLowerCase() === 'b') return Buffer.from(text, 'base64').toString('utf8');
			const bytes = text
				.replaceAll('_', ' ')
				.replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
			return Buffer.from(bytes, 'latin1').toString('utf8');
		});
}
