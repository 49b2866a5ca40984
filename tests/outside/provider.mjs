// An OpenID provider on this machine, for tests: the package oidc-provider with people whom the test invents. Reads one line of JSON from
// standard input ({clients, accounts: {id: claims}}), prints the address it answers at, and ends with its input.
import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { Provider } = await import(pathToFileURL(process.argv[2]).href);
const lines = createInterface({ input: process.stdin });
const { clients, accounts } = JSON.parse((await lines[Symbol.asyncIterator]().next()).value);
process.stdin.on("end", () => process.exit(0));
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const claims = [...new Set(Object.values(accounts).flatMap(Object.keys))];

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  for (const client of clients) client.redirect_uris = [`http://localhost/sign-in/with/${client.client_id}/back`];
  const provider = new Provider(issuer, {
    clients,
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "first", use: "sig", alg: "RS256" }] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    acrValues: ["low", "high"],
    claims: { openid: ["sub", "acr", "auth_time", ...claims] },
    conformIdTokenClaims: false,
    cookies: { keys: ["for tests only"] },
    ttl: { Interaction: 3600, Session: 3600, Grant: 3600, AccessToken: 3600, IdToken: 3600, AuthorizationCode: 60 },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => (accounts[id] ? { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) } : undefined),
  });
  const answer = provider.callback();
  // GET /interaction/<uid>?account=..&acr=..: somebody has shown who they are; without an account they break off.
  server.on("request", async (request, response) => {
    const address = new URL(request.url, issuer);
    if (!address.pathname.startsWith("/interaction/")) { answer(request, response); return; }
    const { params, grantId } = await provider.interactionDetails(request, response);
    const accountId = address.searchParams.get("account");
    let result = { error: "access_denied" };
    if (accountId) {
      const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId, clientId: params.client_id });
      grant.addOIDCScope("openid");
      result = {
        login: { accountId, acr: address.searchParams.get("acr") ?? undefined, ts: Math.floor(Date.now() / 1000) },
        consent: { grantId: await grant.save() },
      };
    }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  console.log(issuer);
});
