// A real OpenID provider (oidc-provider) for the tests of signing on. It listens on a free port of this machine, prints it,
// and ends when its input ends. PUT /control says who signs in next, and what of the next ID token is to be forged.
import { createServer } from "node:http";
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const secret = "a client secret of the tests, 32 bytes and more";
const [own, stranger] = await Promise.all([generateKeyPair("RS256", { extractable: true }), generateKeyPair("RS256", { extractable: true })]);
const control = { account: { sub: "1" }, forge: null, deny: false, plain: false };
// How often each of its places was asked.
const asked = {};
const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "callboard",
      client_secret: secret,
      redirect_uris: ["https://callboard.test/api/v1/sign-on/oidc/back"],
      post_logout_redirect_uris: ["https://callboard.test/console/"],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(own.privateKey)), kid: "own", alg: "RS256", use: "sig" }] },
  cookies: { keys: ["only for tests"] },
  claims: { openid: ["sub"], profile: ["preferred_username", "name", "groups"], email: ["email"] },
  // As most providers do: what was asked for is told by the userinfo endpoint, and here not in the ID token.
  conformIdTokenClaims: true,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ ...control.account, sub: id }) }),
});

async function forged(token) {
  const { key, ...claims } = control.forge;
  control.forge = null;
  const changed = { ...decodeJwt(token), ...claims };
  return new SignJWT(changed).setProtectedHeader({ alg: "RS256", kid: key === "unknown" ? "unknown" : "own", typ: "JWT" }).sign(key === "stranger" ? stranger.privateKey : own.privateKey);
}

provider.use(async (ctx, next) => {
  await next();
  if (ctx.path === "/token" && control.forge && ctx.body?.id_token) {
    ctx.body = { ...ctx.body, id_token: await forged(ctx.body.id_token) };
  }
});

async function interaction(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (control.deny) return provider.interactionFinished(request, response, { error: "access_denied" });
  if (details.prompt.name === "login") return provider.interactionFinished(request, response, { login: { accountId: control.account.sub } });
  const grant = new provider.Grant({ accountId: details.session.accountId, clientId: details.params.client_id });
  grant.addOIDCScope("openid profile email");
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

async function body(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

const answer = provider.callback();
server.on("request", async (request, response) => {
  try {
    asked[request.url] = (asked[request.url] ?? 0) + 1;
    if (request.url === "/control") {
      Object.assign(control, { forge: null, deny: false }, await body(request));
      return response.end(JSON.stringify(asked));
    }
    if (request.url.startsWith("/interaction/")) return await interaction(request, response);
    return answer(request, response);
  } catch (error) {
    response.statusCode = 500;
    return response.end(String(error));
  }
});

process.stdout.write(`${JSON.stringify({ issuer, secret, now: Date.now() })}\n`);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
