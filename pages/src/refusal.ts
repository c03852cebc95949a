// What a refusal means to the person before the page: what happened, and what to do.
import {Refused} from './api';
import {knows, t} from './words';

export interface Told {
  readonly what: string; // in the language of the moment
  code: string;
  request: string;
}

function told(key: string, {code, request, values}: Refused): Told {
  return {
    get what() {
      return t(key, values);
    },
    code,
    request,
  };
}

export function refusalOf(error: unknown): Told {
  if (!(error instanceof Refused)) return told('refused.broken', new Refused(0, '', 0, '', {}));
  const own = `refused.${error.code}`;
  if (knows(own)) return told(own, error);
  const status = `refused.status.${error.status}`;
  return told(knows(status) ? status : 'refused.other', error);
}
