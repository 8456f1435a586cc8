// A browser app on an origin of its own: what oidc-client-ts is told, as its documentation shows it.
const { UserManager, InMemoryWebStorage, WebStorageStateStore } = oidc;
const settings = JSON.parse(document.getElementById("settings").textContent);

window.manager = new UserManager({
  ...settings,
  response_type: "code",
  filterProtocolClaims: false,
  scope: "openid profile api refresh_token",
  userStore: new WebStorageStateStore({ store: window.sessionStorage }),
});
window.callApi = async (path) => {
  const user = await window.manager.getUser();
  const answer = await fetch(settings.authority + path, { headers: { Authorization: `Bearer ${user.access_token}` } });
  return { status: answer.status, body: await answer.json(), challenge: answer.headers.get("WWW-Authenticate") };
};
