#!/usr/bin/env bash
# See to it that the browser tests have a Chromium and fonts that show Chinese.
set -euo pipefail
# The one without a window of its own does half the work for each page.
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then browser=$name; break; fi
done
fonts=$(fc-list ':lang=zh-cn' family 2>/dev/null | head -n 1 || true)
if [ -n "${browser:-}" ] && [ -n "$fonts" ]; then exit 0; fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing chromium and Chinese fonts ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends fontconfig fonts-wqy-microhei >/dev/null
  apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null 2>&1 ||
    apt-get install -y -qq --no-install-recommends chromium >/dev/null
  exit 0
fi
if [ -n "${browser:-}" ]; then
  echo "No Chinese font found: screenshots will show boxes (Debian: fonts-wqy-microhei)." >&2
  exit 0
fi
echo "The browser tests need Chromium (Debian: apt-get install chromium fonts-wqy-microhei), or use make check." >&2
exit 1
