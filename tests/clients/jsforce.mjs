// jsforce: web server flow (with a secret, or with a verifier), refresh, JWT bearer, identity, revocation.
import jsforce from "jsforce";
import { converse, settings } from "./conversation.mjs";

const oauth2 = new jsforce.OAuth2(settings.oauth2);
const connection = new jsforce.Connection({ oauth2, instanceUrl: settings.oauth2.loginUrl });
let refreshes = 0;
connection.on("refresh", () => (refreshes += 1));

const state = () => ({
  accessToken: connection.accessToken,
  refreshToken: connection.refreshToken,
  instanceUrl: connection.instanceUrl,
  user: connection.userInfo,
});

await converse({
  address: ({ scope, state: given }) => oauth2.getAuthorizationUrl({ scope, state: given, prompt: "consent" }),
  code: async ({ code }) => {
    await connection.authorize(code);
    return state();
  },
  assertion: async ({ assertion }) => {
    await connection.authorize({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
    return state();
  },
  password: async ({ username, password }) => oauth2.authenticate(username, password),
  identity: () => connection.identity(),
  get: ({ path }) => connection.request(connection.instanceUrl + path),
  // The next request is answered 401, and jsforce refreshes and asks again by itself.
  spoil: () => void (connection.accessToken = "worn-out"),
  refreshes: () => refreshes,
  refresh: () => oauth2.refreshToken(connection.refreshToken),
  revoke: () => oauth2.revokeToken(connection.accessToken),
});
