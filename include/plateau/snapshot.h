/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clang-format off: tables */
/*
 * snapshot.h - the bench at a moment, as an engine tells it to its views and to `status`.
 *
 * A snapshot (parts a view did not ask for are left out; a missing value is null):
 *   {"n":17,"t":"…Z","more":false,"role":"drives"|"waits"|"watches",
 *    "bench":{name,file,workspace,simulated,operator,operator_required,pid,started,views,driver,
 *             overrides,file_changed,log_file},        driver: who may act of the views, or null
 *                                  file_changed: the bench file says other things by now
 *    "run":null | {run,uid,path,name,state,phase,reason,device,channel,together,parameter,unit,
 *                  set,next,position,planned,done,durable,invalid,rows,elapsed_s,eta_s,phase_s,
 *                  phase_left_s,attempt,retries,suspect,saturated,skipped,voided,dead,hits,
 *                  hits_wanted,behind_s,until,over}    over: the last run, shown until the next
 *                     until: null | {path,value,target,within}  hits: of the open window, null =
 *                     not known; durable, voided and dead (the detector, above 10 % of the time)
 *                     count rows, the others points. together: null | channels that
 *                     are stepped at once, channel is one of them
 *    "runs":[…]            live ones, the scan {kind:"scan",run,uid,path,name,actor,state,phase,
 *                          reason,planned,done} first, then each recording {kind:"recording",run,
 *                          uid,path,name,actor,state,phase,reason,rate_hz,planned,elapsed_s,eta_s,
 *                          behind_s,queue,disk_full,lost,books:{…as in run.yaml}}
 *                          lost: devices; queue: how full it is, 0 to 1
 *    "scans":[name…], "recordings":[name…]
 *    "unfinished":null | {run,name,state,done,planned} the newest run, if not finished
 *    "pending_restore":null | {run,settings:[{path,value}…]} what an earlier run never put back
 *    "devices":[{name,driver,state,path,model,firmware,serial,protocol,text,events,bytes,strays,
 *                errors,retries,latency_ms,occupancy,used_by,retry_ns}]
 *                          state: closed opening up lost; occupancy: share of the line's time, null
 *                          = not known; used_by: number of a live run, 0 = none; retry_ns: when it
 *                          is tried again (CLOCK_MONOTONIC), 0 = not known
 *    "readings":[{path,value,unit,digits,quality,age_s,reason,lo,hi,limits}]  lo,hi: 68 % interval;
 *                          limits: {lolo,low,high,hihi}, those that there are; age_s is coarse
 *    "ages":[…]            of the readings, in s, null = a setting or a rate. When nothing has
 *                          changed, a snapshot still comes after five seconds
 *    "alarms":[{path,level,alarm,limit,unit,since,latched,acked}]   level: now; latched: the worst
 *                          since the last `ack`; inside low high lolo hihi
 *    "counters":[{name,value,per_s,text}]
 *    "whys":[{t,kind,text,times}]   the newest first; kind: pause retry gap refusal
 *    "disk":{free_bytes}
 *    "log":[{n,t,level,text}…]}                        lines after those already sent to this view
 */
/* clang-format on */
#ifndef PLATEAU_SNAPSHOT_H
#define PLATEAU_SNAPSHOT_H

/* Parts of a snapshot, as bits and as the words of `show`. */
#define PL_PART_LIST(X)                                                                            \
	X(PL_PART_BENCH, "bench")                                                                  \
	X(PL_PART_RUN, "run")                                                                      \
	X(PL_PART_DEVICES, "devices")                                                              \
	X(PL_PART_READINGS, "readings")                                                            \
	X(PL_PART_COUNTERS, "counters")                                                            \
	X(PL_PART_LOG, "log")

#endif
