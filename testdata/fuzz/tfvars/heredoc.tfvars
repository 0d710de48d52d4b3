host = <<-E
  host
  E
containers = [] # none
tags = null
insights = {}
