/** What opens the account: its password, its address, and Google's word. */

import { api, say } from "../api/client";
import { Banner } from "../design/Banner";
import { Card } from "../design/Card";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { freshly } from "../frame/fresh";
import { adopt, me } from "../frame/session";
import { useSignal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { settingsWords } from "./words";

export function Password() {
  const words = settingsWords();
  return (
    <Card title={words.passwordTitle} id="password">
      <p class="muted">{words.passwordWhat}</p>
      <Form
        submit={words.changePassword}
        onSubmit={async ({ current_password = "", password = "" }, form) => {
          const body = { current_password, password };
          const login = await freshly(() => say(api.POST("/api/me/password", { body })));
          if (!login) return;
          adopt(login.me);
          form.reset();
          tell(words.passwordChanged);
        }}
      >
        <input
          class="unseen"
          type="email"
          autocomplete="username"
          value={me.value?.email}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <Field
          name="current_password"
          label={words.currentPassword}
          type="password"
          autoComplete="current-password"
          required
        />
        <Field
          name="password"
          label={words.newPassword}
          type="password"
          autoComplete="new-password"
          minLength={8}
          maxLength={256}
          required
        />
      </Form>
    </Card>
  );
}

export function Address() {
  const words = settingsWords();
  const sentTo = useSignal("");
  return (
    <Card title={words.emailTitle}>
      <p class="muted">{words.emailWhat}</p>
      {sentTo.value && <Banner kind="good">{words.emailAsked(sentTo.value)}</Banner>}
      <Form
        submit={words.changeEmail}
        onSubmit={async ({ email = "", password = "" }, form) => {
          const body = { email: email.trim(), password };
          const isAsked = await freshly(async () => {
            await api.POST("/api/me/email", { body });
            return true;
          });
          if (!isAsked) return;
          sentTo.value = body.email;
          form.reset();
        }}
      >
        <Field
          name="email"
          label={words.newEmail}
          type="email"
          autoComplete="email"
          maxLength={254}
          required
        />
        <Field
          name="password"
          label={words.password}
          type="password"
          autoComplete="current-password"
          required
        />
      </Form>
    </Card>
  );
}

export function Google() {
  const words = settingsWords();
  return (
    <Card title={words.googleTitle}>
      <Form
        submit={words.googleLink}
        onSubmit={async () => {
          const page = await freshly(() => say(api.POST("/api/me/google")));
          if (page) location.assign(page.url);
        }}
      >
        <p class="muted">{words.googleWhat}</p>
      </Form>
    </Card>
  );
}
