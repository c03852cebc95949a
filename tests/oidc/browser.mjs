// As much of a browser as a sign-in needs: cookies of each origin, redirections, forms. Over TLS with the test's CA.
import {request} from 'node:https';

export class Browser {
  constructor(ca) {
    this.ca = ca;
    this.jars = new Map();
  }

  cookies(origin) {
    if (!this.jars.has(origin)) this.jars.set(origin, new Map());
    return this.jars.get(origin);
  }

  ask(method, url, {headers = {}, body = ''} = {}) {
    const to = new URL(url);
    const jar = this.cookies(to.origin);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const asked = request(to, {method, ca: this.ca, headers: {...headers, ...(cookie && {Cookie: cookie})}}, (answer) => {
        let text = '';
        answer.on('data', (chunk) => { text += chunk; });
        answer.on('end', () => {
          for (const each of answer.headers['set-cookie'] ?? []) {
            const [pair] = each.split(';');
            const equals = pair.indexOf('=');
            if (/max-age=0|expires=thu, 01 jan 1970/i.test(each)) jar.delete(pair.slice(0, equals));
            else jar.set(pair.slice(0, equals), pair.slice(equals + 1));
          }
          resolve({status: answer.statusCode, headers: answer.headers, body: text, url: to.href});
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  // Follows redirections, but to `stop`.
  async go(method, url, options = {}, stop = '') {
    let answer = await this.ask(method, url, options);
    for (let i = 0; i < 20 && answer.headers.location; ++i) {
      const next = new URL(answer.headers.location, answer.url).href;
      if (stop !== '' && next.startsWith(stop)) return {...answer, next};
      answer = await this.ask('GET', next);
    }
    return answer;
  }

  // Fills in the form of a page and sends it.
  submit(page, values, stop) {
    const action = /<form[^>]*action="([^"]+)"/.exec(page.body)[1];
    const fields = Object.fromEntries([...page.body.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [
      /name="([^"]+)"/.exec(tag)[1],
      /value="([^"]*)"/.exec(tag)[1],
    ]));
    const headers = {'Content-Type': 'application/x-www-form-urlencoded'};
    return this.go('POST', new URL(action, page.url).href, {headers, body: new URLSearchParams({...fields, ...values}).toString()}, stop);
  }
}
