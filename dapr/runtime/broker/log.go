package main

import (
	"fmt"
	"os"
)

// stderr prints the server's warnings and errors; its notices are of no use here.
type stderr struct{}

func (stderr) Noticef(string, ...any) {}
func (stderr) Debugf(string, ...any)  {}
func (stderr) Tracef(string, ...any)  {}
func (stderr) Warnf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "broker: "+format+"\n", args...)
}
func (stderr) Errorf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "broker: "+format+"\n", args...)
}
func (stderr) Fatalf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "broker: "+format+"\n", args...)
	os.Exit(1)
}
