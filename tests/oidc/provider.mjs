// An identity provider as operators have one (npm oidc-provider), over TLS on a free port of localhost, with three people.
import {generateKeyPairSync} from 'node:crypto';
import {createServer} from 'node:https';
import Provider from 'oidc-provider';

const kGroups = {anna: ['border-officers', 'cafeteria'], ben: ['cafeteria'], cara: ['guards']};

function newKey() {
  const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
  return {...privateKey.export({format: 'jwk'}), use: 'sig', alg: 'RS256'};
}

const listening = (server, port) => new Promise((done) => server.listen(port, '127.0.0.1', () => done(server.address().port)));

// Starts one whose keys are new. `port` 0: any.
export async function startProvider({tls, client, port = 0}) {
  let handler = null;
  const server = createServer(tls, (request, response) => handler(request, response));
  const at = await listening(server, port);
  const issuer = `https://localhost:${at}`;
  const provider = new Provider(issuer, {
    clients: [client],
    jwks: {keys: [newKey()]},
    claims: {openid: ['sub', 'groups']},
    conformIdTokenClaims: false,
    cookies: {keys: ['of a test']},
    pkce: {required: () => true, methods: ['S256']},
    findAccount: (_, id) => ({accountId: id, claims: () => ({sub: id, groups: kGroups[id] ?? []})}),
  });
  handler = provider.callback();
  return {issuer, port: at, stop: () => new Promise((done) => { server.closeAllConnections(); server.close(done); })};
}
