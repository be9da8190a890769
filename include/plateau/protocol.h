/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clang-format off: tables */
/*
 * protocol.h - what engine and clients say to each other: one JSON object a line, over a Unix
 * socket, at most 64 KiB.
 *
 * Client: {"v":1,"id":7,"do":"scan","args":{…}}         id: the client's, > 0; args may be left out
 * Engine: {"id":7,"ok":true,"result":{…}}               exactly one answer a request
 *         {"id":7,"ok":false,"code":"run_active","text":"…","where":"…"}  where: if it is known
 *         {"id":7,"event":{…}}                          before the answer: progress, parts
 *         {"snapshot":{…}}                              to views only; the next one is sent after
 *         {"end":{"text":"…","stay":true}}              to views: the engine ends, and why; stay:
 *                                                       nobody wants another one now
 * View:   {"drawn":N,"saved":"…"}                       snapshot N is on the screen: no answer;
 *                                                       saved as in detach, when it changed
 *
 * What is no JSON object, and a line without end, end the connection. `do` is the command-line word
 * and the args keys are its long option names. Words, args -> result:
 *   view {build,watch}     -> {bench,pid,build,started,saved}; snapshots follow. Another build: ok
 *                             with its own build, and no snapshots
 *   detach {saved}         -> {}; saved: <= 1 kB of the view's own, for the next view
 *   show {panels:[…],hz}   -> {}; a snapshot carries only these parts; at most hz (1 to 10) of
 *                             them a second. What is left out stays as it is
 *   drive {}               -> {}; this view acts from now on, the one that did waits
 *   scan {name,set:[{path,value}…],operator,label,sample,note,force,follow}
 *                          -> the result object; with follow events {started:S}, {point:{…}},
 *                             {state:{…}}; without it the answer comes at once: S, {run,path,
 *                             planned,warnings:[…]}. The result comes after the callbacks, which
 *                             it holds: plateau(1)
 *   record {name,set,operator,label,sample,note,for_s,only,rows,force,follow}
 *                          -> as scan; S: {kind,run,name,uid,path,rate_hz,duration_s,warnings,
 *                             budget:[TEXT…]}; events {started:S}, {state:{…}}, once a second
 *                             {progress: one of "runs"}; rows: {rows:[ROW…]} as in readings.jsonl,
 *                             {lost:n} where n of them found no room
 *   pause {now,run}, resume {run}, skip {run}, retake {run}, safe {run}, interrupt {run}
 *                          -> {run,asked}; run: of this number, else the scan, else the only
 *                             recording (which knows stop, interrupt and wait alone)
 *   stop {now,run}         -> the result object, after the restore
 *   wait {run,follow}      -> the result object of that run
 *   status                 -> a snapshot with every part
 *   points {from}          -> {rows:N,uid} after events {part:[point…]}: rows from..N; point:
 *                             {index,attempt,repeat,channel,quality,pass,set,hits,live_s,rate,
 *                             rate_lo,rate_hi}, the last five only with counts, repeat from 2 on
 *   get {paths:[…]}        -> {values:[{path,value,unit,quality,reason,at}]}
 *   set {items:["PATH=VALUE"…]}
 *                          -> {ok,writes:[{path,old,requested,applied,readback,status,reason}]};
 *                             status: ok, unconfirmed, not_made or a code
 *   count {path,for_s|for,follow}
 *                          -> {seconds,events,channels:[{channel,hits,rate,rate_lo,rate_hi}]}; ends
 *                             with its connection. for: "10 s"; follow: events {counting: the same
 *                             so far}
 *   count_end              -> {}; the count that this connection follows ends with what there is
 *   tune {path,rate,max_s,low,high,yes,assume,settle_s}
 *                          -> {path,ok,before,value,kept,restored,cancelled,writes,trouble,answer}
 *                             when it is over; with rate ("1 Hz", "30/min") that is after one
 *                             search, which yes keeps, else after keep or restore. Its setting is
 *                             put back when the connection ends. `changed`: what it holds is not
 *                             known; assume:true writes what is remembered first. Events
 *                             {started:{path,device,channel,parameter,text,unit,min,max,step,
 *                             digits,before,value,settle_s}}, for each write {step:{kind,old,
 *                             requested,applied,readback,status,reason}} (kind first move undo
 *                             seek renew restore), while counting {rate:R}, R:{value,hits,seconds,
 *                             rate,rate_lo,rate_hi} since the value was confirmed and settled;
 *                             {lost:{reason}}; of a search {measured:M}, M: R and {side,sure,
 *                             chance}, then {answer:{code,found,text,target,low:M,high:M,value,
 *                             measured:[M…]}}; code: between here end not_monotone changed stopped
 *   tune_do {what,value,rate,max_s,low,high}
 *                          -> {} at once; what, of the tuning of this connection: move (value: a
 *                             number, or text with its unit), undo, seek (rate …), still (ends the
 *                             search), keep, restore. A later move takes the place of one that
 *                             has not left yet
 *   note {path,texts:[TEXT…],operator}
 *                          -> {path,notes:[{at,actor,text}]}; path: of a run folder of this bench,
 *                             without it the live run or the last one
 *   plan {name,set:[…]}    -> {points,windows,order,at_most,warning,counting_s,duration_s,
 *                             channels:[{channel,points,first,last,low,high}],asks:[{flag,text}]}
 *                             asks: refused unless `flag` (yes or force) is true
 *   plan {record,set,for_s,only}
 *                          -> {name,rate_hz,parameters,events,duration_s,ticks,counts,
 *                             budget:[TEXT…],asks}
 *   ack {path}             -> {acked:N}: alarms, of this reading or all, are known to somebody
 *   device {name,act}      -> {device,act,state,text,latency_ms,path,value}; act: connect, probe
 *                             (reads a value), disconnect (refused while a run uses it)
 *   describe {paths:[P],from} -> {parameters:[{path,unit,min,max,step,digits,readable,writable,
 *                             persistent,text,words:[…],value,word,origin,quality,reason,age_s}…],
 *                             next,more}; of one path, as "oven.*"; more: go on from next
 *   describe {check:"PATH=VALUE"} -> {check:{path,ok,value,old,unit,persistent,text,refusal}}: by
 *                             the rules of set; text why it is no value, refusal why not now
 *   describe               -> {scans:[{name,device,channels,parameter,unit}],recordings:[…],
 *                             parameters:[…],more}
 *   describe {scan|record} -> {scan|record,rows:[{name,path,type,unit,min,max,choices:[…],form,
 *                             value,last,text}],more}; path: as `set` takes it, "" = an argument
 *                             of scan or record by that name; type: boolean integer real time
 *                             word name text path list; value: of the bench file; last: what a
 *                             view began with in this engine's life, when that was another
 * A value of `set` that is ~ leaves the key out, as if it did not stand in the file.
 *   runs {from,most,find,rest} -> {total,found} after events {part:[{place,run,day,bench,kind,name,
 *                             state,operator,label,sample,reason,started_at,planned,done,invalid,
 *                             samples,lost,notes,note,problem}…],read:N}: `most` rows (20, at most
 *                             400) of the workspace from place `from` on, 0 = the newest; find:
 *                             those with all its words; places of more of them follow as
 *                             {places:[N…],read:N}, unless rest is false
 *   run {run,points}       -> {rows,uid,reasons:[{reason,rows}]} after events {about:{…}},
 *                             {notes:[{at,actor,text}]}, {settings:[{when,path,value,unit}]},
 *                             {plan:[{channel,repeat,pass,points,first,last}]},
 *                             {files:[{name,bytes}]}, {audit:[{seq,at,actor,action,target,old,new,
 *                             status,detail}]} the last rows, {part:[point…]} all rows. run: as on
 *                             the command line; points: true: only about and points
 *   verify {run}           -> as one of `plateau verify --json`
 * "more" says that a list was cut to what fits the line.
 *
 * What a snapshot holds: snapshot.h.
 */
/* clang-format on */
#ifndef PLATEAU_PROTOCOL_H
#define PLATEAU_PROTOCOL_H

#include "plateau/snapshot.h"

#define PL_PROTOCOL_VERSION   1
#define PL_PROTOCOL_LINE_MAX  65536 /* bytes, newline included */
#define PL_PROTOCOL_SAVED_MAX 1024

#endif
