import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOfAxe, MAP } from '#test/support/axe.ts';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { Phone, takePicture } from '#test/support/phone.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { settled } from '#test/support/settled.ts';

/*
 * One report on its way: a registrar files it, a dispatcher dispatches it, a team handles it and proves it, a closer
 * closes it. Each hand sees what it may do and is told why not; the server refuses what the buttons do not offer.
 */
describe.skipIf(missingBrowser !== null)('a report at the desk', () => {
	let app: App;
	let browser: Browser;
	let phone: Phone;
	const contexts: BrowserContext[] = [];

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000 });
		await settled(app);
		browser = await openBrowser(WITHOUT_MAPS);
		phone = await Phone.at(app.url, 11);
	}, 600_000);

	afterAll(async () => {
		phone?.close();
		await browser?.close();
		await app?.stop();
	}, 60_000);

	/** A person of the demo city, signed in, in a browser of their own. */
	async function as(
		persona: string,
		options: Parameters<Browser['newContext']>[0] = {},
		by = browser
	): Promise<Page> {
		const context = await by.newContext({
			viewport: { width: 1920, height: 1080 },
			locale: 'en',
			...options
		});
		contexts.push(context);
		await signInUnseen(context, app.url, { persona });
		const page = await context.newPage();
		page.setDefaultTimeout(20_000);
		return page;
	}

	/** A report with a photo, as a phone sends it. */
	async function send(): Promise<{ id: string; lng: number; lat: number }> {
		const photo = phone.takePhoto();
		expect((await phone.sendPhoto(photo)).status).toBe(201);
		const report = { ...phone.writeReport([photo]), category: '0551' };
		expect((await phone.sendReport(report)).status).toBe(201);
		return { id: report.id, lng: report.lng, lat: report.lat };
	}

	/** Waits until scripts run, so that what follows is a click and not a page load by accident. */
	async function open(page: Page, path: string): Promise<void> {
		// A busy database takes a report some moments after the citizen has their code.
		await expect.poll(async () => (await page.goto(app.url + path))?.status(), { timeout: 20_000 }).toBe(200);
		await page.waitForFunction(() => document.querySelector('.badge.live') !== null);
	}

	const step = (page: Page, name: string) =>
		page.locator('details', { has: page.locator('summary', { hasText: name }) });

	/** Opens a step unless it is open, fills nothing, and presses its button. */
	async function press(page: Page, name: string): Promise<void> {
		await unfold(page, name);
		await step(page, name).getByRole('button', { name, exact: true }).click();
	}

	async function unfold(page: Page, name: string): Promise<void> {
		const details = step(page, name);
		if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
	}

	/** The state of what is open, as its card shows it. */
	const state = (page: Page, name: string) => page.locator('article header').getByText(name, { exact: true });

	let caseId = '';
	let place = { lng: 0, lat: 0 };

	it('appears in the inbox by itself, without moving the row that is being read', async () => {
		const page = await as('registrar');
		await open(page, '/desk');
		const read = page.locator('[data-row]').nth(3);
		await read.focus();
		const before = await read.boundingBox();
		const id = await read.getAttribute('data-row');

		const { id: sent } = await send();
		const row = page.locator(`[data-row="${sent}"]`);
		await row.waitFor({ state: 'attached' });
		await expect
			.poll(async () => (await page.locator(`[data-row="${id}"]`).boundingBox())?.y)
			.toBeCloseTo(before!.y, 0);
		await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-row'))).toBe(id);
		await page.context().close();
	}, 60_000);

	it('is filed by the registrar, with the words of a refused form kept', async () => {
		const report = await send();
		place = { lng: report.lng, lat: report.lat };
		const page = await as('registrar');
		await open(page, `/desk/reports/${report.id}`);
		await page.getByRole('img', { name: /Near photo/ }).waitFor();

		await unfold(page, 'Decline');
		await step(page, 'Decline').getByLabel(/Note/).fill('Nothing to see from the road');
		await press(page, 'Decline');
		await step(page, 'Decline').getByText('Please choose a reason.').first().waitFor();
		expect(await step(page, 'Decline').getByLabel(/Note/).inputValue()).toBe('Nothing to see from the road');

		await press(page, 'File');
		await page.getByRole('link', { name: 'Open the case' }).click();
		await page.waitForURL(/\/desk\/cases\//);
		caseId = new URL(page.url()).pathname.split('/').at(-1)!;
		// The registrar sees the next step and reads why it is not theirs.
		const dispatch = page.getByRole('button', { name: 'Dispatch', exact: true });
		expect(await dispatch.getAttribute('aria-disabled')).toBe('true');
		await page.getByText('Another role does this').first().waitFor();
		await page.context().close();
	}, 60_000);

	it('is dispatched once, however often the button is pressed, with the reason for the unit shown', async () => {
		const page = await as('dispatcher');
		await open(page, `/desk/cases/${caseId}`);
		await unfold(page, 'Dispatch');
		const form = step(page, 'Dispatch');
		await form.getByText('Suggested', { exact: true }).waitFor();
		await form.getByLabel('Dispatch to').selectOption({ label: await squadTwo(page) });
		const again = await postTwice(page, form.locator('form'));
		expect(again).toEqual([200, 200]);
		await page.reload();
		await state(page, 'Dispatched').waitFor();
		expect(await page.locator('ol li', { hasText: 'Dispatched' }).count()).toBe(1);
		await page.context().close();
	}, 60_000);

	async function squadTwo(page: Page): Promise<string> {
		const labels = await page.getByLabel('Dispatch to').locator('option').allInnerTexts();
		return labels.find((label) => label.includes('Squad 3'))!;
	}

	/** Sends one filled form twice, as a double click does. */
	function postTwice(page: Page, form: ReturnType<Page['locator']>): Promise<number[]> {
		return form.evaluate(async (element) => {
			const target = element as HTMLFormElement;
			const body = new URLSearchParams(new FormData(target) as unknown as Record<string, string>);
			const post = () =>
				fetch(target.action, {
					method: 'POST',
					body,
					headers: { 'x-sveltekit-action': 'true', accept: 'application/json' }
				});
			return (await Promise.all([post(), post()])).map((response) => response.status);
		});
	}

	it('is handled by the team on a phone, with an after-photo taken there', async () => {
		const page = await as('team', {
			viewport: { width: 390, height: 844 },
			isMobile: true,
			hasTouch: true,
			geolocation: { longitude: place.lng, latitude: place.lat, accuracy: 6 },
			permissions: ['geolocation']
		});
		await open(page, '/desk');
		await page.locator(`[data-row="${caseId}"]`).click();
		await page.waitForURL(`**/desk/cases/${caseId}**`);
		await press(page, 'Begin handling');
		await state(page, 'Handling').waitFor();

		await page.getByLabel('Choose or take a photo').setInputFiles({
			name: 'after.jpg',
			mimeType: 'image/jpeg',
			buffer: await takePicture()
		});
		await page.getByLabel(/Attach where I am/).check();
		await page.getByRole('button', { name: 'Add the photo' }).click();
		await page.getByText('Added. The photo counts as proof.').waitFor();
		await press(page, 'Finish handling');
		await state(page, 'Handled').waitFor();
		// Nobody verifies what they handled.
		await page.getByText('Another role does this').first().waitFor();
		await page.context().close();
	}, 90_000);

	it('is not closed by its dispatcher, who is refused by the server and not only by the button', async () => {
		const page = await as('dispatcher');
		await open(page, `/desk/cases/${caseId}`);
		const close = page.getByRole('button', { name: 'Verify and close', exact: true });
		expect(await close.getAttribute('aria-disabled')).toBe('true');
		const answer = await page.context().request.post(`${app.url}/desk/cases/${caseId}?/move`, {
			form: { move: 'close' },
			headers: { origin: app.url, accept: 'text/html', 'accept-language': 'en' }
		});
		expect(answer.status()).toBe(403);
		expect((await answer.text()).includes('Another role makes this move')).toBe(true);
		await page.context().close();
	}, 60_000);

	it('tells somebody who is writing that another person changed the case', async () => {
		const [closer, inspector] = [await as('closer'), await as('inspector')];
		await open(closer, `/desk/cases/${caseId}`);
		await unfold(closer, 'Return');
		await step(closer, 'Return').getByLabel(/Note/).fill('Water still runs over the pavement');

		await open(inspector, `/desk/cases/${caseId}`);
		await unfold(inspector, 'Return');
		await step(inspector, 'Return').getByLabel('Reason').selectOption({ label: 'Not fixed' });
		await press(inspector, 'Return');
		await state(inspector, 'Returned').waitFor();

		await closer.getByText('Somebody else has just changed this case').waitFor();
		expect(await step(closer, 'Return').getByLabel(/Note/).inputValue()).toBe(
			'Water still runs over the pavement'
		);
		await step(closer, 'Return').getByLabel('Reason').selectOption({ label: 'Not fixed' });
		await press(closer, 'Return');
		await closer.getByText('The state has changed', { exact: false }).first().waitFor();
		await closer.context().close();
		await inspector.context().close();
	}, 90_000);

	it('is handled again and closed by the closer, as verified', async () => {
		const team = await as('team', {
			geolocation: { longitude: place.lng, latitude: place.lat, accuracy: 6 },
			permissions: ['geolocation']
		});
		await open(team, `/desk/cases/${caseId}`);
		await press(team, 'Begin handling');
		await state(team, 'Handling').waitFor();
		await team.getByLabel('Choose or take a photo').setInputFiles({
			name: 'after.jpg',
			mimeType: 'image/jpeg',
			buffer: await takePicture()
		});
		await team.getByLabel(/Attach where I am/).check();
		await team.getByRole('button', { name: 'Add the photo' }).click();
		await team.getByText('Added. The photo counts as proof.').waitFor();
		await press(team, 'Finish handling');
		await state(team, 'Handled').waitFor();

		const closer = await as('closer');
		await open(closer, `/desk/cases/${caseId}`);
		await step(closer, 'Verify and close')
			.getByText('There is an after-photo that counts as proof.')
			.waitFor();
		await press(closer, 'Verify and close');
		await state(closer, 'Closed').waitFor();
		expect(await closer.locator('article').getByText('Closed without proof').count()).toBe(0);
		await team.context().close();
		await closer.context().close();
	}, 120_000);

	it('can be decided without JavaScript', async () => {
		const { id } = await send();
		const page = await as('registrar', { javaScriptEnabled: false });
		const address = `${app.url}/desk/reports/${id}?list=inbox`;
		await expect.poll(async () => (await page.goto(address))?.status(), { timeout: 20_000 }).toBe(200);
		await step(page, 'Decline').locator('summary').click();
		await step(page, 'Decline').getByRole('button', { name: 'Decline' }).click();
		await page.getByText('Please choose a reason.').first().waitFor();
		await step(page, 'Decline').getByLabel('Reason').selectOption('outside_duty');
		await step(page, 'Decline').getByRole('button', { name: 'Decline' }).click();
		await page.waitForURL(`**/desk/reports/${id}?list=inbox`);
		await state(page, 'Declined').waitFor();
		await page.context().close();
	}, 60_000);

	it('is reached by keyboard: j and k walk the list, Enter opens', async () => {
		const page = await as('registrar');
		await open(page, '/desk');
		await page.keyboard.press('j');
		await page.keyboard.press('j');
		await page.keyboard.press('k');
		const first = await page.locator('[data-row]').first().getAttribute('data-row');
		expect(await page.evaluate(() => document.activeElement?.getAttribute('data-row'))).toBe(first);
		await page.keyboard.press('Enter');
		await page.waitForURL(`**/desk/reports/${first}**`);
		await page.context().close();
	}, 60_000);

	it.each([
		['zh-CN', 1920, 1080],
		['en', 390, 844]
	] as const)(
		'has nothing for axe to complain about (%s, %d × %d)',
		async (locale, width, height) => {
			// Here the map is drawn as well; a phone shows it beside a case alone.
			const drawing = await openBrowser();
			try {
				const page = await as('dispatcher', { locale, viewport: { width, height } }, drawing);
				for (const path of ['/desk', '/desk?list=cases', `/desk/cases/${caseId}`]) {
					await open(page, path);
					if (width > 1000 || path.includes(caseId)) await page.locator('.maplibregl-canvas').waitFor();
					expect(await complaintsOfAxe(page, { without: MAP })).toEqual([]);
				}
			} finally {
				await drawing.close();
			}
		},
		90_000
	);

	it('is not shown to anyone who is not signed in', async () => {
		for (const path of ['/desk', `/desk/cases/${caseId}`, '/desk/areas']) {
			const answer = await fetch(app.url + path, { redirect: 'manual', headers: { accept: 'text/html' } });
			expect([303, 401]).toContain(answer.status);
		}
		expect((await fetch(`${app.url}/live`)).status).toBe(401);
	});
});
