import { createTransport } from 'nodemailer';
import type { Outcome } from './deliveries.server.ts';
import type { MailSettings } from './settings.server.ts';

export interface Letter {
	to: string;
	subject: string;
	text: string;
	/** Where the reader ends these e-mails. */
	stopUrl: string | null;
	/** The same for a letter that is sent again, so that mail programs show it once. */
	id: string;
}

/** Hands one letter to the mail server, in plain text, over TLS unless the server is on this machine. */
export async function sendMail(letter: Letter, settings: MailSettings, limitMs: number): Promise<Outcome> {
	const { host, port, isSecure, isLocal, user, password, from } = settings;
	const transport = createTransport({
		host,
		port,
		secure: isSecure,
		requireTLS: !isSecure && !isLocal,
		ignoreTLS: !isSecure && isLocal,
		...(user && password ? { auth: { user, pass: password } } : {}),
		connectionTimeout: limitMs / 2,
		greetingTimeout: limitMs / 2,
		socketTimeout: limitMs / 2,
		// A letter is the text below and nothing else.
		disableFileAccess: true,
		disableUrlAccess: true
	});
	let limit: NodeJS.Timeout | undefined;
	const tooSlow = new Promise<Outcome>((done) => {
		limit = setTimeout(() => done({ outcome: 'failed', why: 'too_slow' }), limitMs);
	});
	const sent = transport
		.sendMail({
			from,
			to: { name: '', address: letter.to },
			subject: letter.subject,
			text: letter.text,
			messageId: `<${letter.id}@${hostOf(from)}>`,
			headers: {
				// No holiday notes, please; and no list of ours is to be answered.
				'Auto-Submitted': 'auto-generated',
				...(letter.stopUrl && {
					'List-Unsubscribe': { prepared: true, value: `<${letter.stopUrl}>` },
					'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click'
				})
			}
		})
		.then((): Outcome => ({ outcome: 'sent' }), outcomeOf);
	try {
		return await Promise.race([sent, tooSlow]);
	} finally {
		clearTimeout(limit);
		transport.close();
	}
}

/** A server's sentence may repeat the address, so only its numbers are told. */
function outcomeOf(error: unknown): Outcome {
	const { code, responseCode, response } = error as {
		code?: string;
		responseCode?: number;
		response?: string;
	};
	// "No such mailbox" (RFC 3463, 5.1.x) stays so; every other refusal may be about us or about now.
	if (code === 'EENVELOPE' && /^5\d\d[ -]5\.1\.\d/.test(response ?? ''))
		return { outcome: 'gone', why: 'no_mailbox' };
	return {
		outcome: 'failed',
		why: responseCode ? `reply_${responseCode}` : (code ?? 'unreachable').toLowerCase()
	};
}

function hostOf(from: string): string {
	return /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'kerbside.invalid';
}
