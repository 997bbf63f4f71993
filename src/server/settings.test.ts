import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addressOf, isLocalOnly, readSettings, SettingsProblem } from './settings.ts';

const supabase = {
	SUPABASE_URL: 'https://project.example/',
	SUPABASE_ANON_KEY: 'anon',
	SUPABASE_SERVICE_ROLE_KEY: 'service'
};

function problemsOf(environment: Record<string, string>): string[] {
	try {
		readSettings(environment);
	} catch (problem) {
		if (problem instanceof SettingsProblem) return problem.problems;
		throw problem;
	}
	return [];
}

describe('settings', () => {
	it('serve the demo on the loopback address when nothing is said', () => {
		expect(readSettings({})).toEqual({
			port: 5180,
			host: '127.0.0.1',
			dataDir: resolve('.data'),
			isDemo: true,
			supabase: null,
			tls: null,
			origin: null,
			allowedHosts: [],
			trustedProxies: [],
			basemap: null,
			detectorDir: null,
			embedOrigins: null,
			hasIntakeLimits: true,
			anchorDir: resolve('.data/anchors')
		});
	});

	it('find the folder of a detector from where the server is started', () => {
		expect(readSettings({ DETECTOR_DIR: 'models' }).detectorDir).toBe(resolve('models'));
	});

	it('take an empty value for one that is not set', () => {
		expect(readSettings({ PORT: '', HOST: ' ', DEMO: '' })).toEqual(readSettings({}));
	});

	it.each([
		[{ PORT: '70000' }, /PORT=70000: expected a number from 0 to 65535/],
		[{ PORT: '80a' }, /PORT=80a/],
		[{ HOST: 'http://a' }, /HOST=http:\/\/a: expected an address/],
		[{ DEMO: 'maybe' }, /DEMO=maybe: expected on or off/],
		[{ SUPABASE_URL: 'https://project.example' }, /set SUPABASE_ANON_KEY and SUPABASE_SERVICE_ROLE_KEY too/],
		[{ ...supabase, SUPABASE_URL: 'ftp://project' }, /SUPABASE_URL=ftp:\/\/project: expected an address/],
		[{ ...supabase, SUPABASE_ANON_KEY: 'service' }, /are the same key/],
		[{ TLS_CERT: 'cert.pem' }, /TLS_CERT and TLS_KEY go together/],
		[{ ORIGIN: 'https://a.example/path' }, /ORIGIN=.*: expected scheme and host only/],
		[{ ALLOWED_HOSTS: 'a.example, https://b' }, /"https:\/\/b" is not a host name/],
		[{ TRUSTED_PROXY: '10.0.0.0/33' }, /"10.0.0.0\/33" is not an address or a block/],
		[{ TRUSTED_PROXY: 'proxy.example' }, /"proxy.example" is not an address/],
		[{ INTAKE_LIMITS: 'some' }, /INTAKE_LIMITS=some: expected on or off/],
		[{ INTAKE_LIMITS: 'off', HOST: '0.0.0.0' }, /INTAKE_LIMITS=off is for load tests on this machine/],
		[{ INTAKE_LIMITS: 'off', ORIGIN: 'https://kerb.example' }, /INTAKE_LIMITS=off/],
		[{ INTAKE_LIMITS: 'off', TRUSTED_PROXY: '10.0.0.1' }, /INTAKE_LIMITS=off/]
	])('refuse %o with a sentence', (environment, sentence) => {
		expect(problemsOf(environment)).toEqual([expect.stringMatching(sentence)]);
	});

	it('name every mistake at once', () => {
		expect(problemsOf({ PORT: 'x', DEMO: 'x', HOST: 'a b' })).toHaveLength(3);
	});

	it('bring no demo into a Supabase project unless asked', () => {
		expect(readSettings(supabase).isDemo).toBe(false);
		expect(readSettings({ ...supabase, DEMO: 'on' }).isDemo).toBe(true);
	});

	it('take the limits of intake away on this machine only', () => {
		expect(readSettings({ INTAKE_LIMITS: 'off' }).hasIntakeLimits).toBe(false);
	});

	it('read lists separated by commas', () => {
		const settings = readSettings({
			ALLOWED_HOSTS: 'Kerb.example, wall.local',
			TRUSTED_PROXY: '10.0.0.0/8,::1'
		});
		expect(settings.allowedHosts).toEqual(['kerb.example', 'wall.local']);
		expect(settings.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
	});

	it.each([
		[{}, 'http://127.0.0.1:5180'],
		[{ HOST: '0.0.0.0', PORT: '80' }, 'http://localhost:80'],
		[{ HOST: '::1' }, 'http://[::1]:5180'],
		[{ TLS_CERT: 'c', TLS_KEY: 'k' }, 'https://127.0.0.1:5180'],
		[{ ORIGIN: 'https://kerb.example' }, 'https://kerb.example']
	])('print the address people open: %o', (environment, address) => {
		expect(addressOf(readSettings(environment))).toBe(address);
	});

	it.each([
		[{}, true],
		[{ HOST: 'localhost' }, true],
		[{ HOST: '0.0.0.0' }, false],
		[{ HOST: '192.168.1.5' }, false],
		[{ TRUSTED_PROXY: '127.0.0.1' }, false],
		[{ ORIGIN: 'https://kerb.example' }, false]
	])('know whether only this machine reaches us: %o', (environment, isLocal) => {
		expect(isLocalOnly(readSettings(environment))).toBe(isLocal);
	});
});
