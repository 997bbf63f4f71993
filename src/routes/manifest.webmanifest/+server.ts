import { m } from '#lib/i18n/messages.ts';
import type { RequestHandler } from './$types';

/** What a phone needs to keep the page like an application, in the reader's language. */
export const GET: RequestHandler = ({ locals }) =>
	new Response(
		JSON.stringify({
			id: '/snap',
			name: m.shell_name_long(),
			short_name: m.shell_name(),
			description: m.shell_tagline(),
			lang: locals.language,
			dir: 'ltr',
			start_url: '/snap',
			scope: '/',
			display: 'standalone',
			orientation: 'any',
			background_color: '#f6f8fa',
			theme_color: '#050a14',
			categories: ['government', 'utilities'],
			icons: [
				{ src: '/favicon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
				...[192, 512].flatMap((size) => [
					{ src: `/icon-${size}.png`, sizes: `${size}x${size}`, type: 'image/png', purpose: 'any' },
					{
						src: `/icon-maskable-${size}.png`,
						sizes: `${size}x${size}`,
						type: 'image/png',
						purpose: 'maskable'
					}
				])
			],
			shortcuts: [
				{ name: m.shell_nav_snap(), url: '/snap', icons: [{ src: '/icon-192.png', sizes: '192x192' }] },
				{ name: m.shell_nav_track(), url: '/track', icons: [{ src: '/icon-192.png', sizes: '192x192' }] },
				{ name: m.shell_map(), url: '/', icons: [{ src: '/icon-192.png', sizes: '192x192' }] }
			]
		}),
		{
			headers: {
				'content-type': 'application/manifest+json; charset=utf-8',
				// It speaks the reader's language.
				'cache-control': 'private, max-age=3600',
				vary: 'cookie, accept-language'
			}
		}
	);
