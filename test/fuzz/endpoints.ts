import fc, { type Arbitrary } from 'fast-check';
import { GET as city, fallback as cityOther } from '../../src/routes/api/city/+server.ts';
import { PUT as photo, fallback as photoOther } from '../../src/routes/api/photos/[sha256]/+server.ts';
import { POST as report, fallback as reportOther } from '../../src/routes/api/reports/+server.ts';
import { GET as staffPhoto } from '../../src/routes/photos/[sha256]/+server.ts';
import { POST as challenge, fallback as challengeOther } from '../../src/routes/snap/challenge/+server.ts';
import { POST as formReport, fallback as formReportOther } from '../../src/routes/snap/reports/+server.ts';
import { actions as snap } from '../../src/routes/snap/+page.server.ts';
import { actions as track } from '../../src/routes/track/+page.server.ts';
import {
	challengeBody,
	envelopeBody,
	hash,
	hashOf,
	photoBody,
	reportBody,
	requests,
	snapForms,
	trackForms,
	type Sent
} from './inputs.ts';

export type Handler = (event: never) => unknown;
export interface Endpoint {
	name: string;
	sent: Arbitrary<Sent>;
	answer: Handler;
}

const methods = ['GET', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PUT', 'POST', 'PROPFIND'];
const jsonTypes = [
	'application/json',
	'application/json; charset=utf-8',
	'application/json;charset=gbk',
	'text/plain',
	''
];
const photoTypes = ['image/jpeg', 'application/octet-stream', 'text/html', ''];
const named = (bytes: Buffer | null) =>
	fc.oneof({ weight: 4, arbitrary: fc.constant(hashOf(bytes)) }, { weight: 1, arbitrary: hash });

/** Everything of the intake that a stranger can send something to. `known` opens a report that is there. */
export function endpoints(known: { code: string; pin: string }): Endpoint[] {
	const all: [string, Arbitrary<Sent>, unknown][] = [
		['PUT /api/photos/{sha256}', requests(['PUT'], photoTypes, photoBody, named), photo],
		['POST /api/reports', requests(['POST'], jsonTypes, reportBody), report],
		['POST /snap/reports', requests(['POST'], jsonTypes, envelopeBody), formReport],
		['POST /snap/challenge', requests(['POST'], jsonTypes, challengeBody), challenge],
		['other methods on /snap/reports', requests(methods, ['text/plain']), formReportOther],
		['other methods on /snap/challenge', requests(methods, ['text/plain']), challengeOther],
		['GET /api/city', requests(['GET'], ['']), city],
		['other methods on /api/photos/{sha256}', requests(methods, ['text/plain']), photoOther],
		['other methods on /api/reports', requests(methods, ['text/plain']), reportOther],
		['other methods on /api/city', requests(methods, ['text/plain']), cityOther],
		['GET /photos/{sha256}, not signed in', requests(['GET'], [''], undefined, () => hash), staffPhoto],
		['POST /snap?/send', snapForms, snap.send],
		['POST /snap?/find', snapForms, snap.find],
		['POST /track?/follow', trackForms(known), track.follow],
		['POST /track?/answer', trackForms(known), track.answer]
	];
	return all.map(([name, sent, answer]) => ({ name, sent, answer: answer as Handler }));
}
