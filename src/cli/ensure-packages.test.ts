import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOnlyForeign, reasonToInstall } from './ensure-packages.mjs';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kerbside-packages-'))));
afterEach(() => rmSync(folder, { recursive: true }));

type Packages = Record<string, { version?: string; integrity?: string; optional?: boolean }>;
const wanted: Packages = {
	'': { version: '1.0.0' },
	'node_modules/a': { version: '1.2.3', integrity: 'sha512-a' },
	'node_modules/for-another-system': { version: '1.0.0', optional: true }
};

function lay(present: Packages | string | null) {
	writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }));
	if (present === null) return;
	mkdirSync(join(folder, 'node_modules'));
	const text = typeof present === 'string' ? present : JSON.stringify({ packages: present });
	writeFileSync(join(folder, 'node_modules', '.package-lock.json'), text);
}

describe('packages are installed', () => {
	it.each([
		['there are none', null, /not installed yet/],
		['one is missing', {}, /a differs from package-lock.json/],
		[
			'one has another version',
			{ 'node_modules/a': { version: '1.2.4', integrity: 'sha512-a' } },
			/a differs/
		],
		['one has other content', { 'node_modules/a': { version: '1.2.3', integrity: 'sha512-b' } }, /a differs/],
		['the list was cut short', '{"packages": {', /cannot be read/]
	])('when %s', (_, present, reason) => {
		lay(present);
		expect(reasonToInstall(folder)).toMatch(reason);
	});

	it('and otherwise left alone', () => {
		lay({ 'node_modules/a': { version: '1.2.3', integrity: 'sha512-a' } });
		expect(reasonToInstall(folder)).toBeNull();
	});
});

describe('what npm ci says about the lock file', () => {
	const foreign = 'npm error Missing: helper-darwin-x64@ from lock file';

	it('is forgiven for helpers the registry does not have', () => {
		expect(isOnlyForeign(`npm error code EUSAGE\n${foreign}\n${foreign}\n`)).toBe(true);
	});

	it.each([
		`${foreign}\nnpm error Missing: valibot@1.5.0 from lock file`,
		`${foreign}\nnpm error Invalid: lock file's valibot@1.0.0 does not satisfy valibot@1.5.0`,
		'npm error code ENOTFOUND',
		''
	])('and for nothing else: %j', (errors) => {
		expect(isOnlyForeign(errors)).toBe(false);
	});
});
