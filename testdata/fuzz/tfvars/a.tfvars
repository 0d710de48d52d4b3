containers = [{ name = "app", privileged = true, user = "root", environment = [{ name = "A", value = "b" }] }]
host = "host"
tags = { team = "a" }
insights = { on = false }
