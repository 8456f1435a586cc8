// openid-client (certified): discovery, web server flow with PKCE, ID token checks, refresh, introspection, step-up, revocation.
import * as oidc from "openid-client";
import { converse, settings } from "./conversation.mjs";

const authentication = settings.client_secret ? oidc.ClientSecretBasic(settings.client_secret) : oidc.None();
const config = await oidc.discovery(new URL(settings.issuer), settings.client_id, {}, authentication, {
  execute: [oidc.allowInsecureRequests],
});
let verifier, nonce, state;

await converse({
  metadata: () => config.serverMetadata(),
  address: async (question) => {
    verifier = oidc.randomPKCECodeVerifier();
    [nonce, state] = [oidc.randomNonce(), oidc.randomState()];
    const parameters = {
      redirect_uri: settings.redirect_uri,
      scope: question.scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      nonce,
      state,
      ...question.more,
    };
    return oidc.buildAuthorizationUrl(config, parameters).href;
  },
  // Checks state, RFC 9207 iss, the ID token's signature, nonce, audience and, if asked, max_age.
  callback: async ({ url, max_age: maxAge }) => {
    const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state, maxAge, idTokenExpected: true };
    const tokens = await oidc.authorizationCodeGrant(config, new URL(url), checks);
    return { ...tokens, claims: tokens.claims() };
  },
  refresh: ({ token }) => oidc.refreshTokenGrant(config, token),
  userinfo: ({ token, sub }) => oidc.fetchUserInfo(config, token, sub),
  introspect: ({ token }) => oidc.tokenIntrospection(config, token),
  revoke: ({ token }) => oidc.tokenRevocation(config, token),
  client_credentials: ({ scope }) => oidc.clientCredentialsGrant(config, { scope }),
});
