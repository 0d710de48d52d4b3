insights = "disabled"
