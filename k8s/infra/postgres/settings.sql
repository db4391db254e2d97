-- See services/internal/settings/README.md.
CREATE TABLE IF NOT EXISTS settings (
  key      text  PRIMARY KEY,
  value    text  NOT NULL,
  version  text  NOT NULL DEFAULT '',
  metadata jsonb NOT NULL DEFAULT '{}'
);
