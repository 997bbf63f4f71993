import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type App } from '#test/support/app.ts';
import { complaintsOfAxe, WCAG } from '#test/support/axe.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { ROOT } from '#test/support/tools.ts';

/*
 * boss administers, lin registers. Between them: too many wrong passwords, a second factor and its recovery codes, a new
 * password that ends the other browser, a lost phone whose live stream breaks off, and a one-time password.
 */
describe.skipIf(missingBrowser !== null)('accounts', () => {
	let app: App;
	let browser: Browser;
	const passwords: Record<string, string> = {};
	let secret = '';
	let recoveryCodes: string[] = [];

	beforeAll(async () => {
		app = await startApp({ demo: false, limitMs: 280_000 });
		browser = await openBrowser(WITHOUT_MAPS);
		await addStaff('boss', '负责人', 'admin');
		await addStaff('lin', '林静', 'registrar');
	}, 300_000);

	afterAll(async () => {
		await browser?.close();
		await app?.stop();
	}, 60_000);

	async function addStaff(login: string, name: string, role: string): Promise<void> {
		const { stdout } = await promisify(execFile)(
			process.execPath,
			['src/cli/staff.ts', 'add', '--login', login, '--name', name, '--role', role],
			{ cwd: ROOT, env: { ...process.env, DATA_DIR: app.dataDir, DEMO: 'off' } }
		);
		passwords[login] = /[a-z2-9]{5}(-[a-z2-9]{5}){3}/.exec(stdout)?.[0] ?? '';
	}

	/** A browser of its own, nobody signed in. */
	async function visitor(): Promise<Page> {
		const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, locale: 'en' });
		const page = await context.newPage();
		page.setDefaultTimeout(20_000);
		return page;
	}

	async function tryPassword(page: Page, login: string, password: string, next = '/account'): Promise<void> {
		await page.goto(`${app.url}/sign-in?next=${next}`);
		await page.locator('input[name=login]').fill(login);
		await page.locator('input[name=password]').fill(password);
		await page.locator('input[name=password]').press('Enter');
	}

	async function signedIn(login: string): Promise<Page> {
		const page = await visitor();
		await tryPassword(page, login, passwords[login]!);
		await page.waitForURL((url) => url.pathname === '/account');
		return page;
	}

	const codeAt = (offset = 0) =>
		new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + offset * 1000 });
	const faultsOf = (page: Page) => complaintsOfAxe(page, { tags: WCAG });
	const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

	async function setRules(page: Page, rules: Record<string, string>): Promise<void> {
		await page.goto(`${app.url}/admin/sign-in`);
		for (const [name, value] of Object.entries(rules)) await page.locator(`input[name=${name}]`).fill(value);
		await press(page, 'Save');
		await page.getByRole('status').first().waitFor();
	}

	it('wait after too many wrong passwords, in the same words whether the login exists; then the right one enters', async () => {
		const boss = await signedIn('boss');
		await setRules(boss, { first_wait_s: '6', longest_wait_s: '6' });
		expect(await faultsOf(boss)).toEqual([]);
		const stranger = await visitor();
		const said: Record<string, string[]> = { lin: [], nobody: [] };
		for (const login of ['nobody', 'lin']) {
			for (let tries = 0; tries < 6; tries += 1) {
				await tryPassword(stranger, login, 'guess-guess-guess');
				said[login]!.push(await stranger.getByRole('alert').innerText());
			}
		}
		expect(said.nobody).toEqual(said.lin);
		expect(new Set(said.lin!.slice(0, 5)).size).toBe(1);
		expect(said.lin![5]).not.toBe(said.lin![0]);
		// The right one waits as well; the administrator sees it and need not help.
		await tryPassword(stranger, 'lin', passwords.lin!);
		expect(await stranger.getByRole('alert').innerText()).toBe(said.lin![5]);
		await expect
			.poll(
				async () => {
					await tryPassword(stranger, 'lin', passwords.lin!);
					await stranger
						.waitForURL((url) => url.pathname === '/account', { timeout: 2_500 })
						.catch(() => undefined);
					return new URL(stranger.url()).pathname;
				},
				{ timeout: 25_000, interval: 1_000 }
			)
			.toBe('/account');
		await boss.context().close();
		await stranger.context().close();
	});

	it('a second factor is set up with an app, and asked for from then on', async () => {
		const page = await signedIn('lin');
		await page.goto(`${app.url}/desk`);
		await page.getByRole('link', { name: 'Set it up' }).click();
		await press(page, 'Begin');
		await page.getByRole('img', { name: 'QR code for an authenticator app' }).waitFor();
		expect(await faultsOf(page)).toEqual([]);
		secret = (await page.locator('.secret code').innerText()).replaceAll(' ', '');
		await page.locator('input[name=code]').fill('000000');
		await press(page, 'Switch it on');
		await page.getByRole('alert').waitFor();
		await page.locator('input[name=code]').fill(codeAt());
		await press(page, 'Switch it on');
		await page.locator('.codes code').first().waitFor();
		recoveryCodes = await page.locator('.codes code').allInnerTexts();
		expect(new Set(recoveryCodes).size).toBe(8);
		await page.goto(`${app.url}/account`);
		await page.getByText('Two-step sign-in is on').waitFor();
		await page.context().close();

		const next = await visitor();
		await tryPassword(next, 'lin', passwords.lin!);
		await next.waitForURL('**/sign-in/code**');
		expect(await faultsOf(next)).toEqual([]);
		// With the password alone nothing opens.
		await next.goto(`${app.url}/desk`);
		await next.waitForURL('**/sign-in/code**');
		expect((await next.request.get(`${app.url}/live`)).status()).toBe(401);
		// The code that switched it on is spent; the next one is good.
		await next.locator('input[name=code]').fill(codeAt(30));
		await press(next, /^Sign in$/);
		await next.waitForURL((url) => url.pathname === '/desk');
		await next.context().close();
	});

	it('a recovery code stands in for the phone, once', async () => {
		const use = async (code: string) => {
			const page = await visitor();
			await tryPassword(page, 'lin', passwords.lin!);
			await page.waitForURL('**/sign-in/code**');
			await page.getByText('No phone at hand?').click();
			await page.locator('input[name=recovery]').fill(code.toUpperCase());
			await press(page, 'Sign in with this code');
			return page;
		};
		const first = await use(recoveryCodes[0]!);
		await first.waitForURL('**/account/second-factor?lost');
		await first.getByText('7 recovery codes left').waitFor();
		await first.goto(`${app.url}/desk`);
		expect(new URL(first.url()).pathname).toBe('/desk');
		await first.context().close();
		const again = await use(recoveryCodes[0]!);
		await again.getByRole('alert').waitFor();
		await again.locator('input[name=recovery]').fill(recoveryCodes[1]!);
		await press(again, 'Sign in with this code');
		await again.waitForURL('**/account/second-factor?lost');
		// Switching it off asks for the password, and the password is enough from then on.
		await again.locator('form[action="?/off"] input[name=password]').fill(passwords.lin!);
		await press(again, 'Switch it off');
		await again.getByText('Two-step sign-in is off now.').waitFor();
		await again.context().close();
	});

	it('a new password ends the other browser', async () => {
		const [here, there] = [await signedIn('lin'), await signedIn('lin')];
		await here.goto(`${app.url}/account/password`);
		expect(await faultsOf(here)).toEqual([]);
		const change = async (old: string, wanted: string) => {
			await here.locator('input[name=old]').fill(old);
			await here.locator('input[name=new]').fill(wanted);
			await here.locator('input[name=again]').fill(wanted);
			await press(here, 'Save the new password');
		};
		await change(passwords.lin!, 'lin1234567');
		await here.getByRole('alert').getByText('login or name').first().waitFor();
		await change('not the old one', 'nine tall cranes');
		await here.getByRole('alert').getByText('This password is wrong').first().waitFor();
		await change(passwords.lin!, 'nine tall cranes');
		await here.waitForURL('**/account?changed=password');
		passwords.lin = 'nine tall cranes';
		await there.goto(`${app.url}/desk`);
		await there.waitForURL('**/sign-in**');
		await here.goto(`${app.url}/desk`);
		expect(new URL(here.url()).pathname).toBe('/desk');
		for (const page of [here, there]) await page.context().close();
	});

	it('an administrator ends a lost phone’s session, and its live stream at once', async () => {
		const phone = await signedIn('lin');
		await phone.getByText('New sign-in').first().waitFor();
		const cookies = await phone.context().cookies();
		const stream = await fetch(`${app.url}/live`, {
			headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }
		});
		expect(stream.status).toBe(200);
		const ended = stream.text();
		const boss = await signedIn('boss');
		await boss.goto(`${app.url}/admin/staff`);
		await boss.getByRole('link', { name: 'Account of 林静' }).click();
		await boss.getByRole('button', { name: 'Lost phone: end everything' }).waitFor();
		expect(await faultsOf(boss)).toEqual([]);
		const asked = performance.now();
		await press(boss, 'Lost phone: end everything');
		expect(await ended).toContain('event: hello');
		console.log(`the stream ended after ${Math.round(performance.now() - asked)} ms`);
		expect(performance.now() - asked).toBeLessThan(10_000);
		await boss.getByText('Not signed in anywhere now.').waitFor();
		await phone.goto(`${app.url}/desk`);
		await phone.waitForURL('**/sign-in**');
		for (const page of [phone, boss]) await page.context().close();
	});

	it('a one-time password opens nothing but its own change', async () => {
		const boss = await signedIn('boss');
		await boss.goto(`${app.url}/admin/staff`);
		await boss.getByRole('link', { name: 'Account of 林静' }).click();
		await press(boss, 'Reset the password');
		const oneTime = await boss.locator('.handed code').last().innerText();
		await boss.context().close();
		const page = await visitor();
		await tryPassword(page, 'lin', oneTime, '/desk');
		await page.waitForURL('**/account/password**');
		for (const elsewhere of ['/desk', '/board', '/account', '/account/second-factor']) {
			await page.goto(`${app.url}${elsewhere}`);
			expect(new URL(page.url()).pathname, elsewhere).toBe('/account/password');
		}
		await page.locator('input[name=old]').fill(oneTime);
		await page.locator('input[name=new]').fill('seven grey herons');
		await page.locator('input[name=again]').fill('seven grey herons');
		await press(page, 'Save the new password');
		await page.waitForURL((url) => url.pathname !== '/account/password');
		await page.goto(`${app.url}/desk`);
		expect(new URL(page.url()).pathname).toBe('/desk');
		await page.context().close();
	});

	it('once the grace is over nothing opens until the second factor is set up', async () => {
		const page = await visitor();
		await tryPassword(page, 'lin', 'seven grey herons', '/desk');
		await page.waitForURL((url) => url.pathname === '/desk');
		const boss = await signedIn('boss');
		await setRules(boss, { grace_days: '0' });
		for (const one of [page, boss]) {
			// The page that is open may be on its way somewhere by itself.
			await expect
				.poll(
					async () => {
						await one.goto(`${app.url}/account`).catch(() => undefined);
						return new URL(one.url()).pathname;
					},
					{ timeout: 60_000, interval: 1_000 }
				)
				.toBe('/account/second-factor');
			await one.getByText('nothing else opens until it is set up').waitFor();
		}
	});
});
