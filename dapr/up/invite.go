package main

import "fmt"

// invite says where everything is and what to try next.
func (s shop) invite() {
	fmt.Println("\n  app      address                 sidecar")
	for _, app := range s.Apps() {
		fmt.Printf("  %-8s %-23s %s\n", app, s.AppURL(app), s.SidecarURL(app))
	}
	for _, server := range s.Servers() {
		fmt.Printf("  %-8s %s\n", server, s.ServerAddress(server))
	}
	order, notify := s.AppURL("order"), s.AppURL("notify")
	fmt.Printf(`
try
  curl -s '%s/v1/orders?customerId=alice'
  curl -sN '%s/v1/feed?customerId=alice'        # live; place another order meanwhile:
  curl -s %s/v1/orders -H 'content-type: application/json' -d '{"customerId":"alice","items":[{"sku":"teapot","quantity":1}]}'
  . .dapr/tokens.env                                             # the same through Dapr needs its token
  curl -s -H "dapr-api-token: $DAPR_API_TOKEN" %s/v1.0/invoke/stock/method/v1/stock/teapot

logs are in .dapr/logs, state is in .data (make clean removes it); Ctrl-C stops everything
`, order, notify, order, s.SidecarURL("order"))
}
