import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import webPush from 'web-push';
import { call, serviceClient } from '#lib/database/client.server.ts';
import { openHome, type Home } from '#lib/database/home.server.ts';
import { codeHash, pinHash, readCode } from '#lib/reports/codes.ts';
import { complaintsOfAxe, WCAG } from '#test/support/axe.ts';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { freePort } from '#test/support/cluster.ts';
import { close, file, reportAt, speakingAs, takePhoto, type KnownReport } from '#test/support/followed.ts';
import { headOf, openMailbox, textOf, type Mailbox } from '#test/support/mailbox.ts';
import { daysAgo, importPast, kerbsOf, unitsOf, type Kerbside, type PastCase } from '#test/support/past.ts';
import { openPushService, subscribedAt, type PushService } from '#test/support/push-service.ts';
import { signIn } from '#test/support/screens.ts';
import { openSite, quiet, type Site } from '#test/support/site.ts';
import { ROOT } from '#test/support/tools.ts';

/*
 * Journey 2: what became of my report, and "no, it is still there". Three reports, each closed by four people with an
 * after-photo; one photo is cleared for everybody, the others are not looked at yet. On their street nine more cases are
 * closed and one is overdue, so that one dispute shows in the rate.
 */
describe.skipIf(missingBrowser !== null)('following a report', () => {
	let site: Site;
	let app: App;
	let browser: Browser;
	let mailbox: Mailbox;
	let pushes: PushService;
	/** The database of the running server. */
	let home: Home;
	let kerb: Kerbside;
	let shown: KnownReport;
	let plain: KnownReport;
	let offline: KnownReport;
	let fresh: KnownReport;
	let guessed: KnownReport;
	let photo: { name: string; mimeType: string; buffer: Buffer };
	const contexts: BrowserContext[] = [];
	const asked: { url: string; referrer: string }[] = [];
	const troubles: string[] = [];
	const email = 'somebody.private@city.example';

	beforeAll(async () => {
		site = await openSite('embedded', { fsync: false });
		process.env.DATA_DIR = site.dataDir;
		const before = await site.open();
		try {
			kerb = (await kerbsOf(before))[0]!;
			const unit = (await unitsOf(before)).at(-1)!.name;
			await importPast(before, pastOf(kerb, unit));
			const { people } = site;
			const closed = async (photoIsCleared: boolean) => {
				const report = await reportAt(before, kerb);
				const sha256 = await close(before, people, await file(before, people, report), kerb);
				if (photoIsCleared) {
					const verdict = { sha256, verdict: 'cleared', covers: [], revision: 0 };
					await call(speakingAs(before, people.registrar), 'judge_photo', verdict);
				}
				return report;
			};
			shown = await closed(true);
			plain = await closed(false);
			offline = await closed(false);
			fresh = await reportAt(before, kerb);
			guessed = await reportAt(before, kerb);
		} finally {
			await before.close();
		}
		mailbox = await openMailbox();
		pushes = await openPushService();
		const port = await freePort();
		const keys = webPush.generateVAPIDKeys();
		app = await startApp({
			dataDir: site.dataDir,
			demo: false,
			port,
			limitMs: 400_000,
			environment: {
				// How many PINs one may try is a part of this.
				INTAKE_LIMITS: 'on',
				ORIGIN: `http://127.0.0.1:${port}`,
				SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
				MAIL_FROM: '街面 <noreply@city.example>',
				VAPID_PUBLIC_KEY: keys.publicKey,
				VAPID_PRIVATE_KEY: keys.privateKey,
				VAPID_SUBJECT: 'mailto:office@city.example',
				PUSH_HOSTS: pushes.host
			}
		});
		home = await openHome({ dataDir: site.dataDir, demo: false, as: 'command', root: ROOT, log: quiet });
		browser = await openBrowser(WITHOUT_MAPS);
		photo = { name: 'still-there.jpg', mimeType: 'image/jpeg', buffer: await takePhoto() };
	}, 500_000);

	afterEach(async () => {
		for (const context of contexts.splice(0)) await context.close();
	});

	afterAll(async () => {
		await browser?.close();
		await home?.close();
		await app?.stop();
		await mailbox?.close();
		await pushes?.close();
		await site?.close();
	}, 60_000);

	function pastOf({ lng, lat }: Kerbside, unit: string): PastCase[] {
		return Array.from({ length: 10 }, (_, i) => ({
			key: `past-${i}`,
			category: '0551',
			lng,
			lat,
			status: i === 9 ? 'handling' : 'closed',
			opened_at: daysAgo(12.2),
			filed_at: daysAgo(12.1),
			dispatched_at: daysAgo(12),
			due_at: daysAgo(5),
			handling_at: daysAgo(11),
			unit,
			...(i < 9 && { handled_at: daysAgo(6.1), closed_at: daysAgo(6), confirmed: true })
		}));
	}

	async function onPhone(options: BrowserContextOptions = {}): Promise<Page> {
		const context = await browser.newContext({
			viewport: { width: 390, height: 844 },
			isMobile: true,
			hasTouch: true,
			locale: 'en',
			...options
		});
		contexts.push(context);
		const page = await context.newPage();
		page.setDefaultTimeout(30_000);
		page.on('request', (request) => {
			asked.push({ url: request.url(), referrer: request.headers().referer ?? '' });
			if (!request.url().startsWith(app.url) && !request.url().startsWith('blob:'))
				troubles.push(`another host: ${request.url()}`);
		});
		page.on('pageerror', (error) => troubles.push(String(error)));
		return page;
	}

	async function open(page: Page, { code, pin, number }: KnownReport): Promise<void> {
		await page.goto(`${app.url}/track`);
		await page.getByLabel(/^(Query code|查询码)$/).fill(code);
		await page.getByLabel(/^(PIN|PIN 码)$/).fill(pin);
		await page.getByRole('button', { name: /^(Show|查看)$/ }).click();
		await page.getByRole('heading', { name: new RegExp(`(Report|上报) ${number}$`) }).waitFor();
	}

	/** Verified closures and due cases of the street, from the board's own page. */
	async function verifiedOnBoard(): Promise<string> {
		const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'en' });
		contexts.push(context);
		const page = await context.newPage();
		await signIn(page, app.url, site.people.dispatcher, '/desk');
		await page.goto(`${app.url}/board?by=street&indicator=verified`);
		const name = kerb.streetEn ?? kerb.street;
		const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
		const said = await row.getByRole('button', { name: /^Verified closure rate/ }).getAttribute('aria-label');
		const text = said ?? (await row.getByRole('button', { name: /^Verified closure rate/ }).innerText());
		return /[\d.]+%/.exec(text)?.[0] ?? text;
	}

	async function violations(page: Page): Promise<string[]> {
		return complaintsOfAxe(page, { tags: [...WCAG, 'best-practice'] });
	}

	it('answered "not solved" with a photo is in verification, and the street\'s verified rate drops', async () => {
		const before = Number.parseFloat(await verifiedOnBoard());
		const page = await onPhone();
		await open(page, shown);
		for (const step of ['We received your report', 'A team began to deal with it', 'The case was closed'])
			await page.getByText(step).waitFor();
		const picture = page.getByRole('img', { name: /faces and plates are covered/ });
		await picture.scrollIntoViewIfNeeded();
		await expect
			.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth), { timeout: 20_000 })
			.toBeGreaterThan(100);
		await page.locator('input[type=file][name=photo]').setInputFiles(photo);
		await page.getByText(/Photo ready/).waitFor();
		const uploaded = page.waitForRequest((request) => request.method() === 'PUT');
		await page.getByRole('button', { name: 'Not solved', exact: true }).dblclick();
		const sha256 = (await uploaded).url().split('/').at(-1)!;
		await page.getByText('Noted, thank you.').waitFor();
		await page.getByText('you said it is not solved').waitFor();
		await page.getByText('You answered “not solved”').waitFor();
		expect(await page.getByText('You answered “not solved”').count()).toBe(1);

		interface ToJudge {
			photos: { sha256: string; state: string; role: string }[];
		}
		const closer = speakingAs(home, site.people.closer);
		// It is kept at once, and in the database a moment later.
		await expect
			.poll(
				async () => {
					const { photos } = await call<ToJudge>(closer, 'photos_to_judge', { max_rows: 100 });
					return photos.find((one) => one.sha256 === sha256);
				},
				{ timeout: 20_000, interval: 500 }
			)
			.toMatchObject({ sha256, state: 'withheld', role: 'near' });

		const stranger = await browser.newContext();
		contexts.push(stranger);
		expect((await stranger.request.get(`${app.url}/photos/${sha256}`)).status()).toBe(403);
		const desk = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en' });
		contexts.push(desk);
		const deskPage = await desk.newPage();
		await signIn(deskPage, app.url, site.people.closer, '/desk');
		await expect
			.poll(async () => (await desk.request.get(`${app.url}/photos/${sha256}`)).status(), { timeout: 20_000 })
			.toBe(200);

		await expect
			.poll(async () => Number.parseFloat(await verifiedOnBoard()), { timeout: 30_000, interval: 1_000 })
			.toBeLessThan(before);
	}, 150_000);

	it('works without any script, the photo included', async () => {
		const page = await onPhone({ javaScriptEnabled: false });
		await open(page, plain);
		await page.getByText('The photo is being checked before it is shown').waitFor();
		await page
			.locator('input[type=file][name=photo]')
			.setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('no photo') });
		await page.getByRole('button', { name: 'Not solved', exact: true }).click();
		await page
			.getByRole('alert')
			.getByText(/not a photo we can take/)
			.waitFor();
		await page.locator('input[type=file][name=photo]').setInputFiles({ ...photo, buffer: await takePhoto() });
		await page.getByRole('button', { name: 'Not solved', exact: true }).click();
		await page.getByText('Noted, thank you.').waitFor();
		await page.getByText('Dealt with, waiting to be verified').first().waitFor();
	}, 60_000);

	it('keeps the answer while there is no signal, and sends it once when there is', async () => {
		const page = await onPhone();
		await open(page, offline);
		await page.locator('input[type=file][name=photo]').setInputFiles({ ...photo, buffer: await takePhoto() });
		await page.getByText(/Photo ready/).waitFor();
		await page.context().setOffline(true);
		await page.getByRole('button', { name: 'Not solved', exact: true }).click();
		await page.getByText('Your answer is still on this page').waitFor();
		expect(await violations(page)).toEqual([]);
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByText('Your answer is still on this page').waitFor();
		await page.context().setOffline(false);
		await page.getByText('Noted, thank you.').waitFor({ timeout: 20_000 });
		expect(await page.getByText('You answered “not solved”').count()).toBe(1);
	}, 90_000);

	it('keeps a lost response from being a second answer', async () => {
		const report = await reportAt(home, kerb);
		await close(home, site.people, await file(home, site.people, report), kerb);
		const page = await onPhone();
		await open(page, report);
		let isFirst = true;
		await page.route('**/track?/answer', async (route) => {
			if (!isFirst) return route.continue();
			isFirst = false;
			// The server has it; the phone never hears so.
			await route.fetch({ maxRetries: 2 });
			await route.abort('connectionreset');
		});
		await page.getByRole('button', { name: 'Solved', exact: true }).click();
		await page.getByText('Thank you for confirming.').waitFor({ timeout: 30_000 });
		const { timeline } = await followed(report);
		expect(timeline.filter(({ kind }) => kind === 'case.confirmed')).toHaveLength(1);
	}, 90_000);

	/** What the database says to whoever holds code and PIN. */
	function followed({ code, pin }: KnownReport) {
		const bare = readCode(code)!;
		const proof = { code_hash: codeHash(bare), pin_hash: pinHash(home.secret, bare, pin) };
		return call<{ timeline: { kind: string }[]; contacts: { kind: string }[] }>(
			serviceClient(home),
			'follow',
			proof
		);
	}

	it('lists what this device holds, opens it with one tap, and forgets it when asked', async () => {
		const page = await onPhone();
		await open(page, fresh);
		await page.getByRole('button', { name: 'Remember this report on this device' }).click();
		await page.getByText(/Remembered/).waitFor();
		await page.evaluate(() => {
			const entry = {
				v: 1,
				id: '01900000-0000-7000-8000-0000000000aa',
				as: 'citizen',
				report: { id: '01900000-0000-7000-8000-0000000000aa' },
				photos: [],
				savedAt: Date.now(),
				state: 'needs_you',
				attempts: 3,
				nextTryAt: 0,
				why: null,
				isOffered: false,
				label: { category: 'Unlicensed stall', place: 'Taibei Road' },
				keptIn: 'text'
			};
			localStorage.setItem(`kerbside.outbox.${entry.id}`, JSON.stringify(entry));
		});

		await page.goto(`${app.url}/track`);
		const list = page.getByRole('region', { name: 'My reports on this device' });
		await list.getByText('Needs you before it can be sent').waitFor();
		await list.getByText('When you last looked: Received, waiting for a decision').waitFor();
		expect(await violations(page)).toEqual([]);
		await list
			.getByRole('listitem')
			.filter({ hasText: 'When you last looked' })
			.getByRole('button')
			.first()
			.click();
		await page.getByRole('heading', { name: `Report ${fresh.number}` }).waitFor();
		expect(page.url()).not.toContain(fresh.pin);

		// A notification of another report was tapped, then one of this: asked for, and read again.
		await page.evaluate((code) => (location.hash = code), shown.code);
		await expect.poll(() => page.getByLabel('Query code').inputValue()).toBe(shown.code);
		await open(page, fresh);
		const again = page.waitForResponse((response) => response.url().includes('?/follow'));
		await page.evaluate((code) => (location.hash = code), fresh.code);
		await again;
		await page.goto('about:blank');

		await page.goto(`${app.url}/track#${fresh.code}`);
		await expect.poll(() => page.getByLabel('PIN', { exact: true }).inputValue()).toBe(fresh.pin);
		expect(await page.getByLabel('Query code').inputValue()).toBe(fresh.code);

		await page.goto(`${app.url}/track`);
		await page.getByRole('button', { name: /^Forget on this device/ }).click();
		const dialog = page.getByRole('dialog', { name: 'Forget on this device?' });
		await dialog.getByText(fresh.pin).waitFor();
		expect(await violations(page)).toEqual([]);
		await dialog.getByRole('button', { name: 'Keep' }).last().click();
		await list.getByText('When you last looked').waitFor();
		await page.getByRole('button', { name: /^Forget on this device/ }).click();
		await dialog.getByRole('button', { name: 'Forget', exact: true }).click();
		await page.getByText('Forgotten on this device.').waitFor();
		await page.reload();
		await list.getByText('Needs you').waitFor();
		expect(await list.getByText('When you last looked').count()).toBe(0);
		const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
		expect(kept).not.toContain(fresh.pin);
	}, 120_000);

	it("ends e-mails by a mail program's own button, and answers a made-up link kindly", async () => {
		const page = await onPhone();
		await page.goto(`${app.url}/track/stop/${'x'.repeat(43)}`);
		await page.getByText('This link is not complete').waitFor();
		const answer = await fetch(`${app.url}/track/stop/${'x'.repeat(43)}`, {
			method: 'POST',
			headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
			body: 'List-Unsubscribe=One-Click'
		});
		expect(answer.status).toBe(404);
	}, 60_000);

	it('tells of news once it can no longer be taken back: by e-mail until asked to stop, by push until the address is gone', async () => {
		// That takes a minute, which both wait for together.
		await Promise.all([writesToWhoeverAsked(), tellsADevice()]);
	}, 240_000);

	async function writesToWhoeverAsked(): Promise<void> {
		const page = await onPhone({ locale: 'zh-CN' });
		const report = await reportAt(home, kerb);
		await open(page, report);
		await page.getByText('有进展时告诉我').click();
		await page.getByLabel('邮箱地址').fill('no address');
		await page
			.locator('form:has(input[name=email])')
			.evaluate((form: HTMLFormElement) => (form.noValidate = true));
		await page.getByRole('button', { name: '用邮件通知我' }).click();
		await page.getByText('邮箱地址好像不对').waitFor();
		await page.getByLabel('邮箱地址').fill(email);
		await page.getByRole('button', { name: '用邮件通知我' }).click();
		await page.getByText('有进展会发邮件告诉您').waitFor();
		expect(await page.content()).not.toContain(email);
		await page.getByText('有进展时告诉我').click();
		await page.getByText(/^邮件，.*登记$/).waitFor();
		expect(await violations(page)).toEqual([]);

		const caseId = await file(home, site.people, report);
		await expect.poll(() => mailbox.letters.length, { timeout: 110_000, interval: 500 }).toBe(1);
		const letter = mailbox.letters[0]!;
		const text = textOf(letter);
		expect(headOf(letter, 'subject')).toBe(`上报 #${report.number} 有新进展`);
		expect(headOf(letter, 'to')).toBe(email);
		expect(text).toContain('受理员立了案');
		expect(text).toContain(`${app.url}/track#${report.code}`);
		expect(letter + text).not.toContain(report.pin);

		const stop = new RegExp(`${app.url}/track/stop/[\\w-]{43}`).exec(text)?.[0] ?? '';
		expect(headOf(letter, 'list-unsubscribe')).toBe(`<${stop}>`);
		await page.goto(stop);
		expect(await violations(page)).toEqual([]);
		expect((await followed(report)).contacts).toHaveLength(1);
		await page.getByRole('button', { name: '不再提醒我' }).click();
		await page.getByText('不会再收到').waitFor();
		expect((await followed(report)).contacts).toHaveLength(0);
		await close(home, site.people, caseId, kerb);
		await new Promise((resolve) => setTimeout(resolve, 5_000));
		expect(mailbox.letters).toHaveLength(1);
	}

	async function tellsADevice(): Promise<void> {
		const report = await reportAt(home, kerb);
		const { address, open: decrypt } = subscribedAt(pushes.host);
		// What Chromium would do with a push service it can reach.
		const page = await onPhone();
		await page.addInitScript(
			(subscription) => {
				const pushManager = { getSubscription: async () => null, subscribe: async () => subscription };
				Object.defineProperty(ServiceWorkerContainer.prototype, 'ready', {
					get: async () => ({ pushManager })
				});
				Notification.requestPermission = async () => 'granted';
			},
			JSON.parse(JSON.stringify(address))
		);
		await open(page, report);
		await page.getByText('Tell me when there is news').click();
		await page.getByRole('button', { name: 'Tell me on this device' }).click();
		await page.getByText('this device tells you when there is news').waitFor();
		await page.getByText('Tell me when there is news').click();
		// Once more is the same device.
		await page.getByRole('button', { name: 'Tell me on this device' }).click();
		await page.getByText('this device tells you when there is news').waitFor();
		expect((await followed(report)).contacts).toMatchObject([{ kind: 'push' }]);

		const caseId = await file(home, site.people, report);
		await expect.poll(() => pushes.got.length, { timeout: 110_000, interval: 500 }).toBe(1);
		expect(JSON.parse(decrypt(pushes.got[0]!.body))).toEqual({
			title: `Report #${report.number} has news`,
			body: 'Tap to see it',
			language: 'en',
			tag: `report-${report.number}`,
			path: `/track#${report.code}`
		});

		pushes.reply = (respond) => respond(410);
		await close(home, site.people, caseId, kerb);
		await expect
			.poll(async () => (await followed(report)).contacts.length, { timeout: 40_000, interval: 500 })
			.toBe(0);
	}

	it('erases a contact at once when asked', async () => {
		const page = await onPhone({ javaScriptEnabled: false });
		await open(page, fresh);
		await page.getByText('Tell me when there is news').click();
		await page.getByLabel('E-mail address').fill(email);
		await page.getByRole('button', { name: 'Tell me by e-mail' }).click();
		await page.getByText('we write to you').waitFor();
		await page.getByText('Tell me when there is news').click();
		await page.getByRole('button', { name: 'Erase my contact' }).click();
		await page.getByText('Erased: you will not be told any more.').waitFor();
		expect((await followed(fresh)).contacts).toHaveLength(0);
	}, 60_000);

	it('lets nobody guess a PIN, and says how long to wait', async () => {
		const page = await onPhone();
		await page.goto(`${app.url}/track`);
		const answered = async (button: string) => {
			const answer = page.waitForResponse((response) => response.url().includes('?/follow'));
			await page.getByRole('button', { name: button }).click();
			await (await answer).finished();
			await page.getByRole('button', { name: button, disabled: false }).waitFor();
		};
		const alert = page.getByRole('alert');
		let said = '';
		for (let tries = 0; tries < 14; tries += 1) {
			await page.getByLabel('Query code').fill(guessed.code);
			const wrong = String((Number(guessed.pin) + 1 + tries) % 1e6).padStart(6, '0');
			await page.getByLabel('PIN', { exact: true }).fill(wrong);
			await answered('Show');
			said = await alert.innerText();
			if (said.includes('Too many')) break;
		}
		expect(said).toMatch(/Too many tries\. Try again in about \d+ minutes?\./);
		expect(await violations(page)).toEqual([]);
		// The right PIN waits as well, and another report does not.
		await page.getByLabel('PIN', { exact: true }).fill(guessed.pin);
		await answered('Show');
		expect(await alert.innerText()).toContain('Too many tries');
		await open(page, fresh);
		for (let again = 0; again < 14; again += 1) await answered('Refresh');
		await page.getByRole('heading', { name: `Report ${fresh.number}` }).waitFor();
	}, 120_000);

	it('says the same of a wrong PIN as of a code there is not', async () => {
		const page = await onPhone();
		const sayings = [];
		for (const [code, pin] of [
			[fresh.code, '000000'],
			['0000-0000-00000', fresh.pin]
		]) {
			await page.goto(`${app.url}/track`);
			await page.getByLabel('Query code').fill(code!);
			await page.getByLabel('PIN', { exact: true }).fill(pin!);
			await page.getByRole('button', { name: 'Show' }).click();
			sayings.push(await page.getByRole('alert').innerText());
		}
		expect(sayings[0]).toContain('No report has this code and PIN');
		expect(sayings[1]).toBe(sayings[0]);
	}, 60_000);

	it('is done by keyboard alone', async () => {
		const report = await reportAt(home, kerb);
		await close(home, site.people, await file(home, site.people, report), kerb);
		const page = await onPhone({ isMobile: false, hasTouch: false, viewport: { width: 1280, height: 800 } });
		await page.goto(`${app.url}/track#${report.code}`);
		await expect.poll(() => page.getByLabel('Query code').inputValue()).toBe(report.code);
		await page.getByLabel('Query code').focus();
		await page.keyboard.press('Tab');
		await page.keyboard.type(report.pin);
		await page.keyboard.press('Enter');
		const heading = page.getByRole('heading', { name: `Report ${report.number}` });
		await heading.waitFor();
		await expect.poll(() => heading.evaluate((h1) => h1 === document.activeElement)).toBe(true);
		for (let tabs = 0; tabs < 12; tabs += 1) {
			await page.keyboard.press('Tab');
			const name = await page.evaluate(() => document.activeElement?.textContent?.trim());
			if (name === 'Solved') break;
		}
		await page.keyboard.press('Enter');
		await page.getByText('Thank you for confirming.').waitFor();
	}, 60_000);

	it.each([
		['zh-CN', 'light', 390],
		['en', 'dark', 320]
	] as const)(
		'reads well with other means than eyes, and fits 320 pixels: %s, %s, %d wide',
		async (locale, colorScheme, width) => {
			const report = await reportAt(home, kerb);
			await close(home, site.people, await file(home, site.people, report), kerb);
			const page = await onPhone({ locale, colorScheme, viewport: { width, height: 568 } });
			await open(page, report);
			await page.locator('details summary').click();
			await page.waitForTimeout(400);
			expect(await violations(page)).toEqual([]);
			await page.setViewportSize({ width: 320, height: 568 });
			const [wide, narrow] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
			expect([wide, narrow]).toEqual([320, 320]);
		},
		90_000
	);

	it('leaves no code, PIN or address of a person in any address, referrer or line of the log', () => {
		expect(troubles).toEqual([]);
		expect(asked.length).toBeGreaterThan(100);
		const secrets = [shown, plain, offline, fresh, guessed].flatMap(({ code, pin }) => [
			code,
			code.replaceAll('-', ''),
			pin
		]);
		const places =
			asked.map(({ url, referrer }) => `${url.split('#')[0]} ${referrer}`).join('\n') + app.output();
		for (const secret of [...secrets, email, email.split('@')[0]!]) expect(places).not.toContain(secret);
	});
});
