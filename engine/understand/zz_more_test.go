package understand
import ("testing";"fmt")
func TestMore(t *testing.T){
 s:=setting(t)
 for range 2 {
 for _,x:=range []string{"any time","9","9:30am","at five"} {
  fmt.Printf("%-28s",x)
  for _,k:=range []string{"int","number","date","clock","time","duration"} { fmt.Printf(" %s=%s",k,said(readers[k](x,s))) }
  fmt.Println()
 }}
}
