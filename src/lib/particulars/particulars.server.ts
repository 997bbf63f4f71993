// Keeping, masking and opening sealed particulars. Values pass through here and nowhere else: never into a log, an address or
// a live frame.
import { call, serviceClient, staffClient } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { errorFacts, log } from '#server/log.ts';
import { maskOf, shown, type Particular, type ParticularKind } from './particular.ts';
import {
	fingerprintOf,
	keyId,
	openParticular,
	sealParticular,
	type SealedParticular
} from './sealing.server.ts';

/** The present secret, then those it replaced: `KERBSIDE_FORMER_SECRETS`, separated by commas. */
export function secretsOf(home: Home, former = process.env.KERBSIDE_FORMER_SECRETS): Buffer[] {
	let kept = formerSecrets.get(former ?? '');
	if (!kept) {
		kept = (former ?? '')
			.split(',')
			.map((one) => one.trim())
			.filter(Boolean)
			.map((one) => Buffer.from(one, 'utf8'));
		formerSecrets.set(former ?? '', kept);
	}
	return [home.secret, ...kept];
}
const formerSecrets = new Map<string, Buffer[]>();

/** Seals what somebody typed; a refusal with its field when it is no such thing. */
export function seal(
	kind: ParticularKind,
	typed: string,
	field: string = kind,
	home: Home = getHome()
): SealedParticular {
	const sealed = sealParticular(home.secret, kind, typed);
	if (!sealed) throw new ApiProblem(422, 'bad_particular', { field });
	return sealed;
}

/** What finds the same plate or phone again; null for what can be none. */
export function fingerprint(kind: ParticularKind, typed: string, home: Home = getHome()): string | null {
	return fingerprintOf(home.secret, kind, typed);
}

/** Adds to each what a page may show of it before a reveal: 苏K·••••5. */
export async function withMasks<P extends Particular>(
	particulars: P[],
	home: Home = getHome()
): Promise<(P & { mask: string | null })[]> {
	const ids = particulars.filter(({ erased_at }) => erased_at === null).map(({ id }) => id);
	const sealed = ids.length
		? (await call<{ particulars: SealedParticular[] }>(serviceClient(home), 'sealed_particulars', { ids }))
				.particulars
		: [];
	const masks = new Map<string, string>();
	for (const one of sealed) {
		const value = openParticular(secretsOf(home), one);
		if (value !== null) masks.set(one.id, maskOf(one.kind, value));
	}
	return particulars.map((particular) => ({ ...particular, mask: masks.get(particular.id) ?? null }));
}

/**
 * Opens one for a member of staff who gives a reason. The database judges whether they may and writes it down before it hands
 * out what is sealed.
 */
export async function reveal(
	accessToken: string,
	particular_id: string,
	reason_code: string | null,
	note: string | null,
	home: Home = getHome()
): Promise<{ id: string; kind: ParticularKind; value: string }> {
	const args = { particular_id, reason_code, note };
	const sealed = await call<SealedParticular>(staffClient(accessToken, home), 'reveal', args);
	const value = openParticular(secretsOf(home), sealed);
	// Sealed under a secret that is lost: nobody will ever read it again.
	if (value === null) throw new ApiProblem(410, 'particular_unreadable');
	return { id: sealed.id, kind: sealed.kind, value: shown(sealed.kind, value) };
}

/** What is kept about a report, masked, for those who read it and do not handle what it became. */
export async function readReportParticulars(accessToken: string, report_id: string): Promise<Particular[]> {
	const args = { report_id };
	const { particulars } = await call<{ particulars: Particular[] }>(
		staffClient(accessToken),
		'report_particulars',
		args
	);
	return withMasks(particulars);
}

const EVERY_MS = 6 * 3_600_000;
const AT_ONCE = 200;
let timers: NodeJS.Timeout[] = [];

/** From now on what is past its time is erased, and what a former secret sealed is sealed again. Several processes may do so side by side. */
export function startErasing(home: Home = getHome()): void {
	stopErasing();
	const tend = async () => {
		try {
			const done = await tendParticulars(home);
			if (done.erased > 0 || done.resealed > 0) log.info('particulars_tended', done);
			// What the rules of retention know beside them: contacts left for news, logs of access, ended sessions.
			const swept = await call<Record<string, number>>(serviceClient(home), 'sweep_retention');
			if (Object.values(swept).some((n) => n > 0)) log.info('retention_swept', swept);
		} catch (error) {
			log.warn('particulars_not_tended', errorFacts(error));
		}
	};
	// The first time not while everything else starts.
	timers = [setInterval(() => void tend(), EVERY_MS), setTimeout(() => void tend(), 90_000)];
	for (const timer of timers) timer.unref();
}

export function stopErasing(): void {
	for (const timer of timers) clearTimeout(timer);
	timers = [];
}

/** Erases what is past its time; seals again what a former secret sealed. */
export async function tendParticulars(home: Home = getHome()): Promise<{ erased: number; resealed: number }> {
	const client = serviceClient(home);
	let erased = 0;
	for (;;) {
		const { erased: n } = await call<{ erased: number }>(client, 'erase_expired', { max_rows: AT_ONCE });
		erased += n;
		if (n < AT_ONCE) break;
	}
	let resealed = 0;
	for (;;) {
		const { particulars } = await call<{ particulars: SealedParticular[] }>(client, 'stale_particulars', {
			key_id: keyId(home.secret),
			max_rows: AT_ONCE
		});
		let n = 0;
		for (const one of particulars) {
			const value = openParticular(secretsOf(home), one);
			const again = value === null ? null : sealParticular(home.secret, one.kind, value, one.id);
			// A secret that is lost leaves what it sealed as it is: until its time is over it may be found again.
			if (!again) continue;
			await call(client, 'reseal_particular', { particular: again });
			n += 1;
		}
		resealed += n;
		if (particulars.length < AT_ONCE || n === 0) return { erased, resealed };
	}
}
