#!/usr/bin/env node
require("../dist/bundles.cjs").bundle("./main.cjs");
